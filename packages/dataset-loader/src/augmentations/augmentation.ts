import { z } from 'zod';

/** Shows only the upper or only the lower body of some persons (MMPose `RandomHalfBody`). */
export interface HalfBody {
  /** How often, 0 to 1. */
  readonly probability: number;
  /** Persons with fewer labelled joints are shown whole. */
  readonly minTotalKeypoints: number;
  /** Fewer labelled joints than this are no upper body. */
  readonly minUpperKeypoints: number;
  /** Fewer labelled joints than this are no lower body. */
  readonly minLowerKeypoints: number;
  /** The region's sides as multiples of the extent of the chosen joints. */
  readonly padding: number;
  /** How often the upper body is chosen where both are possible, 0 to 1. */
  readonly upperPrioritizedProbability: number;
}

/** Changes brightness, contrast, saturation and hue, and swaps channels, each half of the time (MMPose `PhotometricDistortion`). */
export interface PhotometricDistortion {
  /** Largest change of a level, 0 to 255. */
  readonly brightnessDelta: number;
  /** Factors on all levels. */
  readonly contrast: readonly [low: number, high: number];
  /** Factors on HSV's S. */
  readonly saturation: readonly [low: number, high: number];
  /** Largest turn of HSV's H in OpenCV's units of 2 degrees, 0 to 90. */
  readonly hueDelta: number;
}

/** Blackens rectangles of the input (Albumentations `CoarseDropout`, as RTMPose uses it). */
export interface CoarseDropout {
  /** How often, 0 to 1. */
  readonly probability: number;
  /** How many rectangles. */
  readonly holes: readonly [fewest: number, most: number];
  /** Their sides as fractions of the input's. */
  readonly size: readonly [smallest: number, largest: number];
}

/**
 * What is changed at random in each person, each time the person is shown. Names, defaults and meaning are MMPose's
 * (`RandomFlip`, `RandomHalfBody`, `RandomBBoxTransform`, `PhotometricDistortion`, `CoarseDropout`).
 *
 * Shift, scale and rotation are drawn from a normal distribution of standard deviation 1 cut at -1 and 1, times the range.
 */
export interface Augmentation {
  /** How often the picture is mirrored and left and right joints change places, 0 to 1. */
  readonly flipProbability: number;
  /** null: never. */
  readonly halfBody: HalfBody | null;
  /** Moves the region by up to `factor` times the padded box, horizontally and vertically. */
  readonly shift: { readonly probability: number; readonly factor: number };
  /** Factors on the region's size: above 1 the person looks smaller. */
  readonly scale: readonly [low: number, high: number];
  readonly scaleProbability: number;
  /** Turns the picture by up to `degrees` either way. */
  readonly rotation: { readonly probability: number; readonly degrees: number };
  /** null: never. */
  readonly photometric: PhotometricDistortion | null;
  /** null: never. */
  readonly coarseDropout: CoarseDropout | null;
}

const probability = z.number().min(0).max(1);

const rangeOf = (low: number, high: number): z.ZodType<readonly [number, number]> =>
  z
    .tuple([z.number().min(low).max(high), z.number().min(low).max(high)])
    .refine(([from, to]) => from <= to, 'expected [low, high] with low <= high');

/** Checks an augmentation and fills in MMPose's defaults; unknown keys are errors. `parse({})` gives the defaults. */
export const augmentationSchema: z.ZodType<Augmentation> = z.strictObject({
  flipProbability: probability.default(0.5),
  halfBody: z
    .strictObject({
      probability: probability.default(0.3),
      minTotalKeypoints: z.number().int().min(1).default(9),
      minUpperKeypoints: z.number().int().min(1).default(2),
      minLowerKeypoints: z.number().int().min(1).default(3),
      padding: z.number().positive().default(1.5),
      upperPrioritizedProbability: probability.default(0.7),
    })
    .nullable()
    .prefault({}),
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
  photometric: z
    .strictObject({
      brightnessDelta: z.number().min(0).max(255).default(32),
      contrast: rangeOf(0, 10).default([0.5, 1.5]),
      saturation: rangeOf(0, 10).default([0.5, 1.5]),
      hueDelta: z.number().min(0).max(90).default(18),
    })
    .nullable()
    .default(null),
  coarseDropout: z
    .strictObject({
      probability: probability.default(1),
      holes: rangeOf(0, 100).default([1, 1]),
      size: rangeOf(0, 1).default([0.2, 0.4]),
    })
    .nullable()
    .default(null),
});

/** MMPose's defaults for top-down heatmap training: flip, half body, shift, scale and rotation. */
export const defaultAugmentation: Augmentation = augmentationSchema.parse({});
