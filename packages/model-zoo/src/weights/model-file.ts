import type { CodecConfig, Skeleton } from '@limber/keypoints';
import { z } from 'zod';
import type { CodecChoice } from '../architectures/codec-choice.ts';
import type { ModelSpec } from '../models/model-spec.ts';
import type { NetworkRecipe } from '../networks/network-recipe.ts';
import { networkRecipeSchema } from '../networks/network-recipe.ts';
import type { Normalization } from '../architectures/normalization.ts';
import type { WeightsNotice } from '../pretrained/movenet-files.ts';

/** Name of the file that says what the weights are. */
export const modelFileName = 'model.json';
/** Name of the file with the weights. */
export const weightsFileName = 'weights.safetensors';

/** The form of `model.json` that this version writes and reads. */
export const modelFileVersion = 1;

/** All that is needed to use a model, besides its weights. */
export interface ModelFile {
  readonly formatVersion: typeof modelFileVersion;
  readonly spec: Omit<ModelSpec, 'architecture'>;
  /** The blocks of an architecture of the user's own, so that its file is not needed. */
  readonly network?: NetworkRecipe;
  readonly codec: CodecConfig;
  readonly normalization: Normalization;
  readonly skeleton: Skeleton;
  /** The pretrained weights that training started from. */
  readonly basedOn?: WeightsNotice;
  /** The loss that it was trained by: where that is `cross-entropy`, only the odds of its heatmaps mean anything, not their height. */
  readonly loss?: string;
  readonly weights: { readonly file: string; readonly sizeBytes: number; readonly sha256: string };
}

const count = z.number().int().positive();
const size = z.strictObject({ height: count, width: count });
const index = z.number().int().nonnegative();
const pairs = z.array(z.tuple([index, index]));
const rgb = z.tuple([z.number(), z.number(), z.number()]);

const positive = z.number().positive();
const smoothing = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('gaussian'),
    sigmaBins: z.tuple([positive, positive]).exactOptional(),
  }),
  z.strictObject({ type: z.literal('label'), weight: z.number() }),
]);

const heatmapType = z.enum(['msra-heatmap', 'udp-heatmap']);
const simccFields = {
  type: z.literal('simcc'),
  splitRatio: positive.exactOptional(),
  smoothing: smoothing.exactOptional(),
};

const codecChoiceSchema: z.ZodType<CodecChoice> = z.discriminatedUnion('type', [
  z.strictObject({ type: heatmapType, sigmaPx: positive.exactOptional() }),
  z.strictObject(simccFields),
  z.strictObject({ type: z.literal('regression') }),
]);

const codecSchema: z.ZodType<CodecConfig> = z.discriminatedUnion('type', [
  z.strictObject({
    type: heatmapType,
    inputSize: size,
    heatmapSize: size,
    sigmaPx: positive.exactOptional(),
    blurKernelSize: count.exactOptional(),
  }),
  z.strictObject({ ...simccFields, inputSize: size }),
  z.strictObject({ type: z.literal('regression'), inputSize: size }),
]);

/** The schema of `model.json`. */
export const modelFileSchema: z.ZodType<ModelFile> = z.strictObject({
  formatVersion: z.literal(modelFileVersion),
  spec: z.strictObject({
    name: z.string(),
    inputSize: size,
    jointCount: count,
    codec: codecChoiceSchema.exactOptional(),
  }),
  network: networkRecipeSchema.exactOptional(),
  codec: codecSchema,
  normalization: z.strictObject({ mean: rgb, std: rgb }),
  skeleton: z.strictObject({
    name: z.string(),
    keypoints: z.array(z.string()),
    links: pairs,
    pairs: pairs.nullable(),
    upperBody: z.array(index),
    lowerBody: z.array(index),
    sigmas: z.array(z.number()),
  }),
  basedOn: z.strictObject({ source: z.string(), license: z.string() }).exactOptional(),
  loss: z.string().exactOptional(),
  weights: z.strictObject({
    file: z.literal(weightsFileName),
    sizeBytes: count,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});
