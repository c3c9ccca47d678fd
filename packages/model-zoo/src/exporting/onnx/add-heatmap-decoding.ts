import type { HeatmapCodec } from '@limber/keypoints';
import { createCodec, defaultBlurKernelSize, gaussianKernel, spanOf } from '@limber/keypoints';
import { addPeakFit } from './add-peak-fit.ts';
import type { OnnxBuilder } from './onnx-builder.ts';

/** As in the codec of `@limber/keypoints`. */
const smallestValue = 1e-10;
const longestStepPx = 2;

/** Places around a pixel, [dx, dy], with factors, whose sum is a derivative of a map there. */
const derivatives: Readonly<Record<'x' | 'y' | 'xx' | 'yy' | 'xy', readonly Tap[]>> = {
  x: [
    [1, 0, 1 / 2],
    [-1, 0, -1 / 2],
  ],
  y: [
    [0, 1, 1 / 2],
    [0, -1, -1 / 2],
  ],
  xx: [
    [2, 0, 1 / 4],
    [0, 0, -1 / 2],
    [-2, 0, 1 / 4],
  ],
  yy: [
    [0, 2, 1 / 4],
    [0, 0, -1 / 2],
    [0, -2, 1 / 4],
  ],
  xy: [
    [1, 1, 1 / 4],
    [-1, 1, -1 / 4],
    [1, -1, -1 / 4],
    [-1, -1, 1 / 4],
  ],
};
type Tap = readonly [dx: number, dy: number, factor: number];

/** The derivatives reach two pixels to each side. */
const reach = 2;
const side = 2 * reach + 1;

/**
 * Adds the decoding of heatmaps: the peak of each, moved by DARK's second-order step, or near the border by a fitted
 * parabola, as the codec does it.
 *
 * The derivatives are taken by one convolution over the logarithm of the blurred maps, and read where the peak is.
 *
 * @param heatmaps - [B, K, H, W].
 * @returns `keypoints` [B, K, 2] in input pixels, and `scores` [B, K].
 * @see Zhang et al. 2020, arXiv:1910.06278, section 3.
 */
export function addHeatmapDecoding(
  builder: OnnxBuilder,
  heatmaps: string,
  { codec, jointCount }: { readonly codec: HeatmapCodec; readonly jointCount: number },
): { readonly keypoints: string; readonly scores: string } {
  const { width, height } = codec.heatmapSize;
  const maps = builder.reshape(heatmaps, [-1, 1, height, width]);
  const lines = builder.reshape(maps, [-1, height * width]);
  const peak = builder.add('ArgMax', [lines], { axis: 1, keepdims: 1 });
  const score = builder.add('ReduceMax', [lines], { axes: [1], keepdims: 1 });
  const column = builder.add('Mod', [peak, builder.whole(width)]);
  const row = builder.add('Div', [peak, builder.whole(width)]);
  const [x, y] = [builder.toFloat(column), builder.toFloat(row)];
  const slopes = addSlopes(builder, { maps, score, peak }, codec);
  const { stepX, stepY, isStep } = addStep(builder, slopes);
  const isNearBorder = addIsNearBorder(builder, { x, y }, codec);
  const isPeak = builder.add('Greater', [score, builder.scalar(0)]);
  const moved = (place: string, step: string, { fit, scale }: { fit: string; scale: number }) => {
    const inside = builder.add('Where', [isStep, step, builder.scalar(0)]);
    const shift = builder.add('Where', [isNearBorder, fit, inside]);
    const sum = builder.add('Add', [place, shift]);
    const found = builder.add('Where', [isPeak, sum, builder.scalar(-1)]);
    return builder.add('Mul', [found, builder.scalar(scale)]);
  };
  const line = { maps: lines, height: score };
  const start = builder.add('Sub', [peak, column]);
  const alongX = { ...line, start, stride: 1, length: width, peak: column };
  const alongY = { ...line, start: column, stride: width, length: height, peak: row };
  const fitX = addPeakFit(builder, alongX);
  const fitY = addPeakFit(builder, alongY);
  const { cropConvention } = createCodec(codec);
  const scaleOf = (input: number, side: number): number =>
    spanOf(input, cropConvention) / spanOf(side, cropConvention);
  const pair = builder.add(
    'Concat',
    [
      moved(x, stepX, { fit: fitX, scale: scaleOf(codec.inputSize.width, width) }),
      moved(y, stepY, { fit: fitY, scale: scaleOf(codec.inputSize.height, height) }),
    ],
    { axis: 1 },
  );
  return {
    keypoints: builder.reshape(pair, [-1, jointCount, 2], 'keypoints'),
    scores: builder.reshape(score, [-1, jointCount], 'scores'),
  };
}

interface Slopes {
  readonly x: string;
  readonly y: string;
  readonly xx: string;
  readonly yy: string;
  readonly xy: string;
}

/** The derivatives of each blurred map's logarithm at its peak, [N, 1] each. */
function addSlopes(
  builder: OnnxBuilder,
  { maps, score, peak }: { readonly maps: string; readonly score: string; readonly peak: string },
  { heatmapSize, sigmaPx = 2, blurKernelSize = defaultBlurKernelSize(sigmaPx) }: HeatmapCodec,
): Slopes {
  const { width, height } = heatmapSize;
  const blurred = addBlur(builder, maps, blurKernelSize);
  const highest = builder.add('ReduceMax', [blurred], { axes: [2, 3], keepdims: 1 });
  const factor = builder.add('Div', [builder.reshape(score, [-1, 1, 1, 1]), highest]);
  const scaled = builder.add('Mul', [blurred, factor]);
  const logarithm = builder.add('Log', [
    builder.add('Max', [scaled, builder.scalar(smallestValue)]),
  ]);
  const kinds = Object.values(derivatives);
  const kernel = new Float32Array(kinds.length * side * side);
  for (const [kind, taps] of kinds.entries()) {
    for (const [dx, dy, tap] of taps) {
      kernel[(kind * side + dy + reach) * side + dx + reach] = tap;
    }
  }
  const slopes = builder.add(
    'Conv',
    [logarithm, builder.floats([kinds.length, 1, side, side], kernel)],
    { kernel_shape: [side, side], pads: [reach, reach, reach, reach] },
  );
  const places = builder.add('Expand', [
    builder.reshape(peak, [-1, 1, 1]),
    builder.wholes([1, kinds.length, 1]),
  ]);
  const lines = builder.reshape(slopes, [-1, kinds.length, height * width]);
  const atPeak = builder.add('GatherElements', [lines, places], { axis: 2 });
  const flat = builder.reshape(atPeak, [-1, kinds.length]);
  const [dx, dy, xx, yy, xy] = builder.split(flat, {
    sizes: kinds.map(() => 1),
    axis: 1,
  });
  return { x: dx!, y: dy!, xx: xx!, yy: yy!, xy: xy! };
}

/** The Gaussian of the codec, along rows and then along columns. */
function addBlur(builder: OnnxBuilder, maps: string, kernelSize: number): string {
  const kernel = gaussianKernel(kernelSize);
  const margin = (kernelSize - 1) / 2;
  const rows = builder.add('Conv', [maps, builder.floats([1, 1, 1, kernelSize], kernel)], {
    kernel_shape: [1, kernelSize],
    pads: [0, margin, 0, margin],
  });
  return builder.add('Conv', [rows, builder.floats([1, 1, kernelSize, 1], kernel)], {
    kernel_shape: [kernelSize, 1],
    pads: [margin, 0, margin, 0],
  });
}

/** Whether the blur around a place would see the outside. */
function addIsNearBorder(
  builder: OnnxBuilder,
  { x, y }: { readonly x: string; readonly y: string },
  { heatmapSize, sigmaPx = 2, blurKernelSize = defaultBlurKernelSize(sigmaPx) }: HeatmapCodec,
): string {
  const from = (place: string, side: number): string =>
    builder.add('Sub', [builder.scalar(side - 1), place]);
  const nearest = builder.add('Min', [
    x,
    y,
    from(x, heatmapSize.width),
    from(y, heatmapSize.height),
  ]);
  const margin = Math.max((blurKernelSize - 1) / 2, reach);
  return builder.add('Less', [nearest, builder.scalar(margin)]);
}

/** The way from the pixel to the peak of a parabola through its neighbours, and whether it is one to take. */
function addStep(
  builder: OnnxBuilder,
  slope: Slopes,
): { readonly stepX: string; readonly stepY: string; readonly isStep: string } {
  const times = (a: string, b: string): string => builder.add('Mul', [a, b]);
  const minus = (a: string, b: string): string => builder.add('Sub', [a, b]);
  const determinant = minus(times(slope.xx, slope.yy), times(slope.xy, slope.xy));
  const over = (numerator: string): string => builder.add('Div', [numerator, determinant]);
  const stepX = over(minus(times(slope.xy, slope.y), times(slope.yy, slope.x)));
  const stepY = over(minus(times(slope.xy, slope.x), times(slope.xx, slope.y)));
  const less = (a: string, limit: number): string =>
    builder.add('Less', [a, builder.scalar(limit)]);
  const more = (a: string, limit: number): string =>
    builder.add('Greater', [a, builder.scalar(limit)]);
  const isShort = (step: string): string =>
    builder.add('LessOrEqual', [builder.add('Abs', [step]), builder.scalar(longestStepPx)]);
  const conditions = [more(determinant, 0), less(slope.xx, 0), isShort(stepX), isShort(stepY)];
  const isStep = conditions.reduce((all, condition) => builder.add('And', [all, condition]));
  return { stepX, stepY, isStep };
}
