import type { KeypointCodec } from './keypoint-codec.ts';
import type { MsraHeatmapOptions } from './msra-heatmap.ts';
import { createMsraHeatmap } from './msra-heatmap.ts';

/** A codec as plain data, for configurations, worker threads and checkpoints. */
export type CodecConfig = { readonly type: 'msra-heatmap' } & MsraHeatmapOptions;

/**
 * Creates the codec that a configuration names.
 *
 * @throws {LimberError} `invalid-argument` if its options make no sense.
 */
export function createCodec(config: CodecConfig): KeypointCodec {
  switch (config.type) {
    case 'msra-heatmap':
      return createMsraHeatmap(config);
  }
}
