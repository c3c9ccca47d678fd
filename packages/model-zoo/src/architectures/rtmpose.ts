import type { Network } from '../networks/network.ts';
import type { CspNextSize } from './cspnext.ts';
import { cspNext } from './cspnext.ts';
import type { HeadOptions } from './head-options.ts';
import { rtmccHead } from './rtmcc-head.ts';

/** The published sizes. */
export type RtmPoseSize = 't' | 's' | 'm';

/** `deepen_factor` and `widen_factor` of MMPose's configurations. */
const sizes: Readonly<Record<RtmPoseSize, CspNextSize>> = {
  t: { depth: 0.167, width: 0.375 },
  s: { depth: 0.33, width: 0.5 },
  m: { depth: 0.67, width: 0.75 },
};

/**
 * RTMPose: a CSPNeXt, and a head that says for each joint in which column and in which row it is (SimCC).
 *
 * Layers have MMPose's names. With 17 joints, at 256x192:
 *
 * | size | parameters | GFLOPs |
 * | ---- | ---------- | ------ |
 * | t    | 3,337,007  | 0.36   |
 * | s    | 5,473,251  | 0.68   |
 * | m    | 13,587,611 | 1.92   |
 *
 * @param input - [B, H, W, 3], normalised; H and W multiples of 32. The head's weights belong to this size.
 * @returns [B, 1, K, bins of x and of y]: two bins a pixel, unless the codec says otherwise.
 * @see Jiang et al. 2023, arXiv:2303.07399.
 */
export function rtmPose<T>(
  network: Network<T>,
  input: T,
  { size, ...head }: { readonly size: RtmPoseSize } & HeadOptions,
): T {
  return rtmccHead(network, cspNext(network, input, sizes[size]), head);
}
