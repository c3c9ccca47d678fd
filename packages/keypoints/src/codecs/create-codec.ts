import type { HeatmapOptions } from './gaussian-heatmap.ts';
import type { KeypointCodec } from './keypoint-codec.ts';
import { createMsraHeatmap } from './msra-heatmap.ts';
import type { RegressionOptions } from './regression.ts';
import { createRegression } from './regression.ts';
import type { SimccOptions } from './simcc.ts';
import { createSimcc } from './simcc.ts';
import { createUdpHeatmap } from './udp-heatmap.ts';

/** A codec as plain data, for configurations, worker threads and checkpoints. */
export type CodecConfig =
  HeatmapCodec | SimccCodec | ({ readonly type: 'regression' } & RegressionOptions);

/** The codecs of models that give a map of each joint. */
export type HeatmapCodec = { readonly type: 'msra-heatmap' | 'udp-heatmap' } & HeatmapOptions;

/** The codec of models with a SimCC head. */
export type SimccCodec = { readonly type: 'simcc' } & SimccOptions;

/**
 * Creates the codec that a configuration names.
 *
 * @throws {LimberError} `invalid-argument` if its options make no sense.
 */
export function createCodec(config: CodecConfig): KeypointCodec {
  switch (config.type) {
    case 'msra-heatmap':
      return createMsraHeatmap(config);
    case 'udp-heatmap':
      return createUdpHeatmap(config);
    case 'simcc':
      return createSimcc(config);
    case 'regression':
      return createRegression(config);
  }
}
