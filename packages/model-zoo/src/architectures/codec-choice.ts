import type { SimccOptions } from '@limber/keypoints';

/** What a model learns, without what follows from its input size. */
export type CodecChoice =
  | {
      readonly type: 'msra-heatmap' | 'udp-heatmap';
      /** Radius of the Gaussians in heatmap pixels; by default 2 for 64 rows, in proportion for others, and at least 1.5. */
      readonly sigmaPx?: number;
    }
  | ({ readonly type: 'simcc' } & Pick<SimccOptions, 'splitRatio' | 'smoothing'>)
  | { readonly type: 'regression' };

/** What models learn that say nothing else. */
export const usualCodec: CodecChoice = { type: 'msra-heatmap' };
