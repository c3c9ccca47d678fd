/** How much wider a block's middle is than its input. */
export const expansion = 6;

/** Filters of the first convolution and of the last, at width 1; the last is never made narrower or wider. */
export const stemFilters = 32;
export const lastFilters = 1280;

/**
 * Stages of a MobileNetV2: filters, blocks, and the stride of the first block. The first block of all is not widened.
 *
 * @see Sandler et al. 2018, arXiv:1801.04381, table 2.
 */
export const stages = [
  { filters: 16, blocks: 1, stride: 1 },
  { filters: 24, blocks: 2, stride: 2 },
  { filters: 32, blocks: 3, stride: 2 },
  { filters: 64, blocks: 4, stride: 2 },
  { filters: 96, blocks: 3, stride: 1 },
  { filters: 160, blocks: 3, stride: 2 },
  { filters: 320, blocks: 1, stride: 1 },
] as const;
