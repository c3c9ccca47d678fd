import type { CodecConfig } from '@limber/keypoints';

/** Every loss there is. */
export type LossName = 'squared-error' | 'ohkm' | 'cross-entropy' | 'kl-divergence' | 'rle' | 'oks';

/** Every codec, with the losses that its output can be trained by; the usual one first. */
export const lossesOf: Readonly<Record<CodecConfig['type'], readonly [LossName, ...LossName[]]>> = {
  'msra-heatmap': ['squared-error', 'ohkm', 'cross-entropy'],
  'udp-heatmap': ['squared-error', 'ohkm', 'cross-entropy'],
  simcc: ['kl-divergence'],
  regression: ['rle', 'oks'],
};

/** The names of all of them. */
export const lossNames: readonly LossName[] = [...new Set(Object.values(lossesOf).flat())];
