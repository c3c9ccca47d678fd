import type { SimccOptions } from '@limber/keypoints';
import { simccBins } from '@limber/keypoints';
import type { KernelInitializer, Network } from '../networks/network.ts';

/** First weights of the dense layers, as in MMPose's `SimCCHead`. */
const initializer: KernelInitializer = { type: 'normal', standardDeviation: 0.01 };

/**
 * The plain SimCC head: each joint's map as one row, and a dense layer to the bins of x and another to those of y. The two
 * stand side by side in one kernel.
 *
 * @param maps - [B, h, w, K].
 * @returns [B, 1, K, binsX + binsY].
 * @see Li et al. 2022, arXiv:2107.03332, section 3.
 */
export function simccHead<T>(
  network: Network<T>,
  maps: T,
  codec: Pick<SimccOptions, 'inputSize' | 'splitRatio'>,
): T {
  const bins = simccBins(codec);
  const rows = network.flatten('simcc.rows', maps);
  return network.convolution('simcc.bins', rows, {
    filters: bins.x + bins.y,
    kernelSize: 1,
    hasBias: true,
    initializer,
  });
}
