import type { SimccCodec } from '@limber/keypoints';
import { defaultSplitRatio, simccBins } from '@limber/keypoints';
import type { OnnxBuilder } from './onnx-builder.ts';

/** The vectors of both axes: [B, K, bins of x] and [B, K, bins of y]. */
interface SimccVectors {
  readonly x: string;
  readonly y: string;
}

/**
 * Adds the decoding of SimCC vectors: the highest bin of each axis, moved by a parabola, as the codec does it.
 *
 * @returns `keypoints` [B, K, 2] in input pixels, and `scores` [B, K].
 */
export function addSimccDecoding(
  builder: OnnxBuilder,
  { x, y }: SimccVectors,
  { codec, jointCount }: { readonly codec: SimccCodec; readonly jointCount: number },
): { readonly keypoints: string; readonly scores: string } {
  const bins = simccBins(codec);
  const { splitRatio = defaultSplitRatio } = codec;
  const [alongX, alongY] = [addPeak(builder, x, bins.x), addPeak(builder, y, bins.y)];
  const scores = builder.add('Min', [alongX.height, alongY.height]);
  const places = builder.add('Concat', [alongX.place, alongY.place], { axis: 2 });
  const isPeak = builder.add('Greater', [scores, builder.scalar(0)]);
  const inputPx = builder.add('Div', [places, builder.scalar(splitRatio)]);
  const found = builder.add('Where', [isPeak, inputPx, builder.scalar(-1)]);
  return {
    keypoints: builder.reshape(found, [-1, jointCount, 2], 'keypoints'),
    scores: builder.reshape(scores, [-1, jointCount], 'scores'),
  };
}

/** The place of each vector's peak in bins, and its height: [B, K, 1]. */
function addPeak(
  builder: OnnxBuilder,
  vectors: string,
  count: number,
): { readonly place: string; readonly height: string } {
  const best = builder.add('ArgMax', [vectors], { axis: 2, keepdims: 1 });
  const height = builder.add('ReduceMax', [vectors], { axes: [2], keepdims: 1 });
  const middle = builder.add('Max', [
    builder.add('Min', [best, builder.whole(count - 2)]),
    builder.whole(1),
  ]);
  const places = builder.add('Add', [middle, builder.wholes([-1, 0, 1])]);
  const around = builder.add('GatherElements', [vectors, places], { axis: 2 });
  const [before, at, after] = builder.split(around, { sizes: [1, 1, 1], axis: 2 }) as [
    string,
    string,
    string,
  ];
  const twice = (value: string): string => builder.add('Mul', [value, builder.scalar(2)]);
  const minus = (a: string, b: string): string => builder.add('Sub', [a, b]);
  const curvature = minus(minus(twice(at), before), after);
  const isCurved = builder.add('Greater', [curvature, builder.scalar(0)]);
  const step = builder.add('Div', [minus(after, before), twice(curvature)]);
  const vertex = builder.add('Add', [builder.toFloat(middle), step]);
  const half = builder.scalar(1 / 2);
  const lowest = minus(builder.toFloat(best), half);
  const highest = builder.add('Add', [builder.toFloat(best), half]);
  const near = builder.add('Min', [builder.add('Max', [vertex, lowest]), highest]);
  return { place: builder.add('Where', [isCurved, near, builder.toFloat(best)]), height };
}
