import type { CodecConfig, RegressionOptions } from '@limber/keypoints';
import { simccBins } from '@limber/keypoints';
import { addHeatmapDecoding } from './add-heatmap-decoding.ts';
import { addSimccDecoding } from './add-simcc-decoding.ts';
import type { OnnxBuilder } from './onnx-builder.ts';
import type { OnnxValue } from './onnx-message.ts';

/** What the output of a network means. */
export interface DecodingOptions {
  readonly codec: CodecConfig;
  readonly jointCount: number;
  /** Whether keypoints and scores are among the outputs. */
  readonly hasDecoding: boolean;
}

/** Joints read from the output: [B, K, 2] in input pixels, and [B, K]. */
interface Decoded {
  readonly keypoints: string;
  readonly scores: string;
}

/**
 * Adds what an ONNX file gives, all float32.
 *
 * Heatmaps: `heatmaps` [batch, K, height / 4, width / 4]. SimCC: `simcc_x` [batch, K, bins of x] and `simcc_y`, as in RTMPose's files.
 * Regression: `places` [batch, K, 4], x and y as fractions of the input's sides, and two numbers whose sigmoids are their deviations.
 * With decoding also `keypoints` [batch, K, 2] in input pixels, and `scores` [batch, K].
 *
 * @param output - of the network, channels first.
 */
export function addOutputs(
  builder: OnnxBuilder,
  output: string,
  { codec, jointCount, hasDecoding }: DecodingOptions,
): OnnxValue[] {
  const float = (name: string, shape: readonly number[]): OnnxValue => {
    return { name, type: 'float32', shape: ['batch', ...shape] };
  };
  const decode = (create: () => Decoded): OnnxValue[] => {
    if (!hasDecoding) return [];
    const { keypoints, scores } = create();
    return [float(keypoints, [jointCount, 2]), float(scores, [jointCount])];
  };
  switch (codec.type) {
    case 'msra-heatmap':
    case 'udp-heatmap': {
      const maps = builder.add('Identity', [output], { output: 'heatmaps' });
      const { height, width } = codec.heatmapSize;
      const decoded = decode(() => addHeatmapDecoding(builder, maps, { codec, jointCount }));
      return [float(maps, [jointCount, height, width]), ...decoded];
    }
    case 'simcc': {
      const bins = simccBins(codec);
      const rows = addRows(builder, output, { jointCount, columns: bins.x + bins.y });
      const parts = { sizes: [bins.x, bins.y], axis: 2 };
      const [x, y] = builder.split(rows, parts, ['simcc_x', 'simcc_y']) as [string, string];
      const decoded = decode(() => addSimccDecoding(builder, { x, y }, { codec, jointCount }));
      return [float(x, [jointCount, bins.x]), float(y, [jointCount, bins.y]), ...decoded];
    }
    case 'regression': {
      const columns = 4;
      const rows = addRows(builder, output, { jointCount, columns });
      const places = builder.add('Identity', [rows], { output: 'places' });
      const decoded = decode(() => addRegressionDecoding(builder, places, codec));
      return [float(places, [jointCount, columns]), ...decoded];
    }
  }
}

/** [B, columns, 1, K] as [B, K, columns]. */
function addRows(
  builder: OnnxBuilder,
  output: string,
  { jointCount, columns }: { readonly jointCount: number; readonly columns: number },
): string {
  const turned = builder.reshape(output, [-1, columns, jointCount]);
  return builder.add('Transpose', [turned], { perm: [0, 2, 1] });
}

/** @param places - [B, K, 4]. */
function addRegressionDecoding(
  builder: OnnxBuilder,
  places: string,
  { inputSize: { width, height } }: RegressionOptions,
): Decoded {
  const parts = builder.split(places, { sizes: [2, 2], axis: 2 }) as [string, string];
  const deviations = builder.add('Sigmoid', [parts[1]]);
  const mean = builder.add('ReduceMean', [deviations], { axes: [2], keepdims: 0 });
  return {
    keypoints: builder.add('Mul', [parts[0], builder.floats([1, 1, 2], [width, height])], {
      output: 'keypoints',
    }),
    scores: builder.add('Sub', [builder.scalar(1), mean], { output: 'scores' }),
  };
}
