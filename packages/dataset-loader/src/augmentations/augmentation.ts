import type { Random, Region } from '@limber/keypoints';
import { z } from 'zod';
import type { Pixels } from '../samples/warp-affine.ts';
import type { CoarseDropout } from './coarse-dropout.ts';
import { coarseDropoutSchema, dropRectangles } from './coarse-dropout.ts';
import type { HalfBody } from './half-body.ts';
import { halfBodyRegion, halfBodySchema } from './half-body.ts';
import type { PhotometricDistortion } from './photometric.ts';
import { distortColors, photometricSchema } from './photometric.ts';
import { probability, rangeOf } from './ranges.ts';
import type { View, ViewContext } from './view.ts';

/**
 * What is changed at random in each person, each time the person is shown. Names, defaults and meaning are MMPose's
 * (`RandomFlip`, `RandomHalfBody`, `RandomBBoxTransform`, `PhotometricDistortion`, `CoarseDropout`).
 *
 * Shift, scale and rotation are drawn from a normal distribution of standard deviation 1 cut at -1 and 1, times the range.
 */
export interface Augmentation {
  /** How often the image is mirrored and left and right joints change places, 0 to 1. */
  readonly flipProbability: number;
  /** null: never. */
  readonly halfBody: HalfBody | null;
  /** Moves the region by up to `factor` times the padded box, horizontally and vertically. */
  readonly shift: { readonly probability: number; readonly factor: number };
  /** Factors on the region's size: above 1 the person looks smaller. */
  readonly scale: readonly [low: number, high: number];
  readonly scaleProbability: number;
  /** Turns the image by up to `degrees` either way. */
  readonly rotation: { readonly probability: number; readonly degrees: number };
  /** null: never. */
  readonly photometric: PhotometricDistortion | null;
  /** null: never. */
  readonly coarseDropout: CoarseDropout | null;
}

/** Checks an augmentation and fills in MMPose's defaults; unknown keys are errors. `parse({})` gives the defaults. */
export const augmentationSchema: z.ZodType<Augmentation> = z.strictObject({
  flipProbability: probability.default(0.5),
  halfBody: halfBodySchema.nullable().prefault({}),
  shift: z
    .strictObject({
      probability: probability.default(0.3),
      factor: z.number().min(0).max(1).default(0.16),
    })
    .prefault({}),
  scale: rangeOf(0.1, 10).default([0.5, 1.5]),
  scaleProbability: probability.default(1),
  rotation: z
    .strictObject({
      probability: probability.default(0.6),
      degrees: z.number().min(0).max(180).default(80),
    })
    .prefault({}),
  photometric: photometricSchema.nullable().default(null),
  coarseDropout: coarseDropoutSchema.nullable().default(null),
});

/** MMPose's defaults for top-down heatmap training: flip, half body, shift, scale and rotation. */
export const defaultAugmentation: Augmentation = augmentationSchema.parse({});

/**
 * The augmentations that change the view of a person, in their order. The names are those of their random
 * streams: switching one off leaves the others as they were.
 */
export const viewChanges: Readonly<
  Record<string, (view: View, augmentation: Augmentation, context: ViewContext) => View>
> = {
  'half-body': (view, { halfBody }, context) => {
    const region = halfBody === null ? null : halfBodyRegion(context, halfBody, context.random);
    return region === null ? view : { ...view, region };
  },
  shift: (view, { shift }, { random }) =>
    random.chance(shift.probability)
      ? { ...view, region: shiftRegion(view.region, shift.factor, random) }
      : view,
  scale: (view, { scale, scaleProbability }, { random }) =>
    random.chance(scaleProbability)
      ? { ...view, region: scaleRegion(view.region, scale, random) }
      : view,
  rotation: (view, { rotation }, { random }) =>
    random.chance(rotation.probability)
      ? { ...view, rotationDegrees: random.truncatedNormal() * rotation.degrees }
      : view,
  flip: (view, { flipProbability }, { random }) => ({
    ...view,
    isFlipped: random.chance(flipProbability),
  }),
};

/** The augmentations that change the pixels of an input, in their order, named as {@link viewChanges} are. */
export const pixelChanges: Readonly<
  Record<string, (pixels: Pixels, augmentation: Augmentation, random: Random) => void>
> = {
  photometric: ({ data }, { photometric }, random) => {
    if (photometric !== null) distortColors(data, photometric, random);
  },
  'coarse-dropout': (pixels, { coarseDropout }, random) => {
    if (coarseDropout !== null) dropRectangles(pixels, coarseDropout, random);
  },
};

/** Moves a region by up to `factor` times its own sides. */
function shiftRegion({ center, size }: Region, factor: number, random: Random): Region {
  const x = center.x + random.truncatedNormal() * factor * size.width;
  const y = center.y + random.truncatedNormal() * factor * size.height;
  return { center: { x, y }, size };
}

function scaleRegion(
  { center, size }: Region,
  range: Augmentation['scale'],
  random: Random,
): Region {
  const [low, high] = range;
  const factor = (high + low) / 2 + (random.truncatedNormal() * (high - low)) / 2;
  return { center, size: { width: size.width * factor, height: size.height * factor } };
}
