import { z } from 'zod';

const seed = z.number().int().nonnegative();
const fraction = z.number().min(0).max(1);
const inputSize = z.tuple([z.number().int().positive(), z.number().int().positive()]);

/** `with` of a `synthesize` stage. */
export interface SynthesizeParameters {
  readonly seed: number;
  /** Each clip is a new person, camera and background. */
  readonly clips: number;
  readonly framesPerClip: number;
}

export const synthesizeParameters: z.ZodType<SynthesizeParameters> = z.strictObject({
  seed,
  clips: z.number().int().positive(),
  framesPerClip: z.number().int().positive(),
});

/** `with` of a `build-dataset` stage. */
export interface BuildDatasetParameters {
  readonly seed: number;
  /** The part of the groups that goes to validation; what is left after `val` and `test` is for training. */
  readonly val: number;
  readonly test: number;
  /** Refuse points and boxes outside their image, and counts that disagree. */
  readonly strict: boolean;
}

export const buildDatasetParameters: z.ZodType<BuildDatasetParameters> = z.strictObject({
  seed,
  val: fraction,
  test: fraction.default(0),
  strict: z.boolean().default(false),
});

/** `with` of a `pack` stage. */
export interface PackParameters {
  /** Height and width of the model's input, in pixels: stored crops are as fine as it needs. */
  readonly inputSize: readonly [height: number, width: number];
  /** What to do with an image that cannot be decoded. */
  readonly corrupt: 'throw' | 'skip';
}

export const packParameters: z.ZodType<PackParameters> = z.strictObject({
  inputSize,
  corrupt: z.enum(['throw', 'skip']).default('throw'),
});

/** `with` of an `evaluate` stage. */
export interface EvaluateParameters {
  readonly batchSize: number;
  /** A joint counts as found within this part of the longer side of the person's box. */
  readonly pckThreshold: number;
  /** Average each prediction with that of the mirror image, as MMPose does by default. */
  readonly flipTest: boolean;
}

export const evaluateParameters: z.ZodType<EvaluateParameters> = z.strictObject({
  batchSize: z.number().int().positive().default(32),
  pckThreshold: z.number().positive().default(0.2),
  flipTest: z.boolean().default(true),
});

/** `with` of a `report` stage. */
export interface ReportParameters {
  readonly title: string;
  readonly split: string;
  /** How many persons are drawn in each gallery. */
  readonly figures: number;
}

export const reportParameters: z.ZodType<ReportParameters> = z.strictObject({
  title: z.string(),
  split: z.string(),
  figures: z.number().int().positive().default(18),
});
