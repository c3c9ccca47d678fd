import { augmentationSchema } from '@limber/dataset-loader/augmentation';
import { backendNames } from '@limber/engine/backends';
import { suggestName } from '@limber/files';
import { modelNames, ownArchitecture } from '@limber/model-zoo/models';
import { z } from 'zod';
import { badSampleFields } from './bad-samples.ts';
import { lossNames } from '../losses/loss-names.ts';
import { callbackFields } from './callbacks.ts';
import { codecSchema } from './codec.ts';
import { distillationSchema } from './distillation.ts';
import { lateAugmentationSchema } from './late-augmentation.ts';
import { loggingSchema } from './logging.ts';
import { optimizerSchema } from './optimizer.ts';
import { applyPreset, presetNames } from './presets.ts';
import { checkRules } from './rules.ts';
import { scheduleSchema } from './schedule.ts';
import { strictObject } from './strict-object.ts';
import { trainerFlagsSchema } from './trainer-flags.ts';

export { lateAugmentationOf } from './late-augmentation.ts';
export { ownCodeOf } from './own-code.ts';

const side = z.int().min(32).max(4096);

function refuseModel({ input }: { readonly input?: unknown }): string {
  return `no such model: ${JSON.stringify(input)}.${suggestName(String(input), modelNames)}`;
}

/** The one description of a training: types, defaults, the JSON Schema and the table in the README follow from it. */
const fields = {
  model: z
    .union([z.enum(modelNames), z.string().regex(ownArchitecture, { error: refuseModel })], {
      error: refuseModel,
    })
    .describe(
      'Name of an architecture, such as simplebaseline-resnet18, or the file of your own: ./models/mine.js. A preset brings its own.',
    ),
  inputSize: z
    .tuple([side, side])
    .default([256, 192])
    .describe('What the model sees: [height, width] in pixels.'),
  epochs: z
    .int()
    .min(1)
    .default(20)
    .describe(
      'Passes over the training split. Raised, a finished training goes on from its checkpoint; a cosine is then taken ' +
        'over the new total, from the resumed step on. A training that early stopping or maxTime ended does not go on.',
    ),
  batchSize: z
    .int()
    .min(1)
    .default(32)
    .describe(
      'Persons in one batch. The last, smaller batch of an epoch is left out, unless it is the only one.',
    ),
  mix: z
    .record(z.string().min(1), z.number().positive())
    .refine((weights) => Object.keys(weights).length > 0, 'expected at least one')
    .nullable()
    .default(null)
    .describe(
      'How much of an epoch each of several training shards gives, against the others: a number above 0 for the name of each. An epoch ' +
        'shows as many persons as there are. null: one folder of shards.',
    ),
  init: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'Weights to start from: movenet-lightning, movenet-thunder, the folder of a trained model, or a .pth, .pt or .safetensors ' +
        'file of PyTorch. Joints of the same name keep what was learned of them. null: random weights.',
    ),
  frozen: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Layers that keep the weights they start with, such as backbone.stem or backbone.layers.*.attn, where * is any one part of ' +
        'a name; steps are faster then.',
    ),
  layerDecay: z
    .number()
    .gt(0)
    .lt(1)
    .nullable()
    .default(null)
    .describe(
      'Each layer of a transformer learns so many times as fast as the one after it, such as 0.8 for a pretrained ViTPose-S. ' +
        'null: all learn at one rate.',
    ),
  codec: codecSchema
    .nullable()
    .default(null)
    .describe(
      "What the model learns of each joint, with the head for it; null: the model's own, which is heatmaps for most.",
    ),
  loss: z
    .enum(lossNames)
    .nullable()
    .default(null)
    .describe(
      'What the output is compared with its target by. Heatmaps: squared-error, ohkm (of the 8 hardest joints), or cross-entropy ' +
        'over the pixels, which needs a model with heatmaps between 0 and 1. SimCC: kl-divergence. Regression: rle, or oks. null: ' +
        "the codec's first.",
    ),
  distillation: distillationSchema
    .nullable()
    .default(null)
    .describe(
      'Knowledge distillation: the model is a student, who learns what a trained teacher sees in the same images, beside the labels. ' +
        'null: from the labels alone.',
    ),
  seed: z.int().default(0).describe('Initial weights, order and augmentation follow from it.'),
  optimizer: optimizerSchema.describe('What changes the weights: adamw, adam or sgd.'),
  schedule: scheduleSchema.describe('How the learning rate changes over the training.'),
  augmentation: augmentationSchema
    .nullable()
    .prefault({})
    .describe('How training images are varied; null leaves them as they are.'),
  lateAugmentation: lateAugmentationSchema
    .nullable()
    .default(null)
    .describe('How they are varied in the last epochs, as RTMPose does; null: as before.'),
  ...badSampleFields,
  ...callbackFields,
  keep: z
    .enum(['best', 'last'])
    .default('best')
    .describe('Which weights become the model: of the best validation AP, or of the last step.'),
  flipTest: z
    .boolean()
    .default(false)
    .describe('Averages each prediction of a validation with that of the mirror image.'),
  workers: z
    .int()
    .min(0)
    .max(64)
    .default(2)
    .describe('Threads that prepare batches; 0: the main thread. No effect on the result.'),
  engine: z
    .enum(backendNames)
    .default('auto')
    .describe(
      'What computes: native TensorFlow, wasm, webgpu (any graphics processor, by optional packages) or javascript. auto: what ' +
        'LIMBER_ENGINE says, else native, and where it cannot be had wasm. Each rounds in its own way.',
    ),
  trainer: trainerFlagsSchema.describe("Flags of the Trainer, under Lightning's names."),
  logging: loggingSchema.describe('Logs besides metrics.jsonl. No effect on the result.'),
};

const preset = z
  .enum(presetNames)
  .optional()
  .describe("A model's recipe: all of its fields, which others override.");

const configuration = strictObject({ preset, ...fields })
  .superRefine(checkRules)
  .meta({ required: [] }); // of JSON Schema: a preset brings the model

/** A training's configuration, checked and with every default filled in: everything that decides what it computes. */
export type TrainConfig = Omit<z.output<typeof configuration>, 'preset'>;

/**
 * Checks a configuration and fills in defaults. Unknown keys are refused with the nearest name. A `preset` stands for the
 * fields of a recipe, and whatever else is given overrides them. What does not go together is refused too.
 */
export const trainConfigSchema: z.ZodType<TrainConfig> = z.preprocess(applyPreset, configuration);

/** The configuration as JSON Schema (draft 2020-12), as it is written, for editors: they complete YAML with it. */
export function trainConfigJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configuration, { io: 'input', unrepresentable: 'any' });
}
