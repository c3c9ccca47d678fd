import type { Engine, Tensor4D } from '@limber/engine';
import type { CodecConfig } from '@limber/keypoints';
import { createCodec, simccBins, spanOf } from '@limber/keypoints';
import type { ImageFit } from './fit-images.ts';
import { placeInFit } from './fit-images.ts';

/** Codecs whose output has a number for each place. */
export type MapCodec = Exclude<CodecConfig, { readonly type: 'regression' }>;

/** Reads a teacher's output where the places of the student's output are. */
export type Resample = (output: Tensor4D) => Tensor4D;

/** Places along an axis, each between two of another: `part` of the way from `low` to `high`. */
interface Axis {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly part: readonly number[];
}

/**
 * Turns a teacher's output into one on the student's grid, by linear interpolation; what lies outside is as at the border.
 *
 * Frame: outputPx = inputPx · s, of heatmaps and of SimCC's bins; `fit` says where the student's inputPx are in the teacher's.
 *
 * @param codecs - of the same type.
 * @returns a function that gives the output as it is if both grids are the same.
 */
export function createResample(
  { tf }: Pick<Engine, 'tf'>,
  { student, teacher }: { readonly student: MapCodec; readonly teacher: MapCodec },
  fit: ImageFit,
): Resample {
  const axisOf = (side: 'width' | 'height'): Axis | null => {
    const [own, other] = [gridOf(student, side), gridOf(teacher, side)];
    const places = Array.from(
      { length: own.count },
      (_, at) => placeInFit(fit, side, at / own.scale) * other.scale,
    );
    return betweenPlaces(places, other.count);
  };
  const [x, y] = [axisOf('width'), axisOf('height')];
  const along = (values: Tensor4D, axis: Axis | null, dimension: 1 | 2 | 3): Tensor4D => {
    if (axis === null) return values;
    const shape = [1, 1, 1, 1].with(dimension, axis.part.length);
    const part = tf.tensor4d([...axis.part], shape as [number, number, number, number]);
    const low = tf.gather(values, [...axis.low], dimension);
    const high = tf.gather(values, [...axis.high], dimension);
    return low.add(high.sub(low).mul(part));
  };
  return (output) =>
    tf.tidy(() => {
      if (teacher.type !== 'simcc') return along(along(output, y, 1), x, 2);
      const bins = simccBins(teacher);
      const [ofX, ofY] = tf.split(output, [bins.x, bins.y], 3) as [Tensor4D, Tensor4D];
      return tf.concat([along(ofX, x, 3), along(ofY, y, 3)], 3);
    });
}

/** How many places a side of the output has, and how many of them there are to an input pixel. */
function gridOf(
  codec: MapCodec,
  side: 'width' | 'height',
): { readonly count: number; readonly scale: number } {
  const pixels = codec.inputSize[side];
  if (codec.type === 'simcc') {
    const bins = simccBins(codec);
    const count = side === 'width' ? bins.x : bins.y;
    return { count, scale: count / pixels };
  }
  const { cropConvention } = createCodec(codec);
  const count = codec.heatmapSize[side];
  return { count, scale: spanOf(count, cropConvention) / spanOf(pixels, cropConvention) };
}

/** null if the places are those of the other axis. */
function betweenPlaces(places: readonly number[], count: number): Axis | null {
  const inside = places.map((place) => Math.min(Math.max(place, 0), count - 1));
  if (places.length === count && inside.every((place, at) => Math.abs(place - at) < 1e-9)) {
    return null;
  }
  const low = inside.map((place) => Math.floor(place));
  return {
    low,
    high: low.map((place) => Math.min(place + 1, count - 1)),
    part: inside.map((place, at) => place - low[at]!),
  };
}
