import type { OnnxBuilder } from './onnx-builder.ts';

/** As in the codec of `@limber/keypoints`. */
const fitLength = 5;
const fitFloor = 0.001;
const longestFitPx = 1;

const reach = (fitLength - 1) / 2;
const offsets = Array.from({ length: fitLength }, (_, at) => at - reach);

/** A line of each map, through its peak. */
interface PeakLine {
  /** [N, H x W]. */
  readonly maps: string;
  /** Where in the map the line's first pixel is, [N, 1], whole. */
  readonly start: string;
  /** From a pixel of the line to the next. */
  readonly stride: number;
  readonly length: number;
  /** Which pixel of the line is the peak, [N, 1], whole. */
  readonly peak: string;
  /** Its value, [N, 1]. */
  readonly height: string;
}

/**
 * Adds how far the peak of a Gaussian lies from the highest pixel of a line, as `fitPeak` of the codec computes it: a parabola
 * through the logarithms of five pixels, weighted by the squares of their values.
 *
 * @returns [N, 1], from -1 to 1 pixel.
 */
export function addPeakFit(builder: OnnxBuilder, line: PeakLine): string {
  if (line.length < fitLength) return builder.scalar(0);
  const { values, middle } = addPixels(builder, line);
  const times = (a: string, b: string): string => builder.add('Mul', [a, b]);
  const minus = (a: string, b: string): string => builder.add('Sub', [a, b]);
  const plus = (a: string, b: string): string => builder.add('Add', [a, b]);
  const weights = times(values, values);
  const logarithms = builder.add('Log', [values]);
  const [s0, s1, s2, s3, s4] = addSums(builder, weights, 5) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const [t0, t1, t2] = addSums(builder, times(weights, logarithms), 3) as [string, string, string];
  const first = minus(times(t1, s0), times(s1, t0));
  const second = minus(times(t1, s1), times(s2, t0));
  const third = minus(times(s3, s0), times(s1, s2));
  const fourth = minus(times(s3, t0), times(t1, s2));
  const fifth = minus(times(s2, s0), times(s1, s1));
  const a = plus(minus(times(t2, fifth), times(s3, first)), times(s2, second));
  const b = plus(minus(times(s4, first), times(t2, third)), times(s2, fourth));
  const vertex = builder.add('Div', [b, times(a, builder.scalar(-2))]);
  const shift = plus(builder.toFloat(minus(middle, line.peak)), vertex);
  const near = builder.add('Clip', [
    shift,
    builder.scalar(-longestFitPx),
    builder.scalar(longestFitPx),
  ]);
  return builder.add('Where', [
    builder.add('Less', [a, builder.scalar(0)]),
    near,
    builder.scalar(0),
  ]);
}

/** The pixels around the peak as shares of its value, [N, 5], and which one of the line is in the middle, [N, 1]. */
function addPixels(
  builder: OnnxBuilder,
  { maps, start, stride, length, peak, height }: PeakLine,
): { readonly values: string; readonly middle: string } {
  const middle = builder.add('Max', [
    builder.add('Min', [peak, builder.whole(length - 1 - reach)]),
    builder.whole(reach),
  ]);
  const along = builder.add('Add', [middle, builder.wholes(offsets)]);
  const places = builder.add('Add', [start, builder.add('Mul', [along, builder.whole(stride)])]);
  const pixels = builder.add('GatherElements', [maps, places], { axis: 1 });
  const shares = builder.add('Div', [pixels, height]);
  return { values: builder.add('Max', [shares, builder.scalar(fitFloor)]), middle };
}

/** The sums of values times each power of their offset from the middle, from 0 on: [N, 1] each. */
function addSums(builder: OnnxBuilder, values: string, powers: number): string[] {
  const factors = offsets.flatMap((offset) =>
    Array.from({ length: powers }, (_, power) => offset ** power),
  );
  const sums = builder.add('MatMul', [values, builder.floats([fitLength, powers], factors)]);
  return builder.split(sums, { sizes: Array.from({ length: powers }, () => 1), axis: 1 });
}
