import { nearestName } from '@limber/files';
import type { z } from 'zod';

type Fields = Readonly<Record<string, unknown>>;

/**
 * MMPose's `td-hm_res50_8xb64-210e_coco-256x192` and its siblings: 8 x 64 persons a step, Adam at 0.0005 with a warm-up of 500
 * steps, divided by 10 after epochs 170 and 200 of 210; flip, half body, shift, scale and rotation at their defaults.
 */
const topDownHeatmap: Fields = {
  inputSize: [256, 192],
  epochs: 210,
  batchSize: 64,
  trainer: { accumulateGradBatches: 8, checkValEveryNEpoch: 10, logEveryNSteps: 50 },
  optimizer: { type: 'adam', learningRate: 5e-4 },
  schedule: {
    type: 'multistep',
    milestoneEpochs: [170, 200],
    factor: 0.1,
    warmupSteps: 500,
    warmupFactor: 0.001,
  },
  flipTest: true,
  keep: 'best',
};

/** What `pipelines/squat.yaml` trains: minutes on two processor cores. */
const tiny: Fields = {
  inputSize: [160, 128],
  epochs: 26,
  batchSize: 32,
  optimizer: { type: 'adamw', learningRate: 0.003 },
  trainer: { checkValEveryNEpoch: 2 },
};

/** The recipe of each model, frozen: it changes with a new name alone. */
const presets: Readonly<Record<string, Fields>> = {
  'limber-tiny': { model: 'limber-tiny', ...tiny },
  'simplebaseline-resnet18': { model: 'simplebaseline-resnet18', ...topDownHeatmap },
  'simplebaseline-resnet34': { model: 'simplebaseline-resnet34', ...topDownHeatmap },
  'simplebaseline-resnet50': { model: 'simplebaseline-resnet50', ...topDownHeatmap },
  'simplebaseline-resnet101': { model: 'simplebaseline-resnet101', ...topDownHeatmap },
};

/** Every preset there is. */
export const presetNames: readonly string[] = Object.keys(presets);

/** Puts the fields of a configuration's `preset` below those that it gives itself, object by object. */
export function applyPreset(config: unknown, context: z.RefinementCtx): unknown {
  if (!isFields(config) || !('preset' in config)) return config;
  const { preset, ...own } = config;
  const fields = typeof preset === 'string' ? presets[preset] : undefined;
  if (fields !== undefined) return merge(fields, own);
  const nearest = nearestName(String(preset), presetNames);
  const fix =
    nearest === undefined ? `Presets: ${presetNames.join(', ')}.` : `Did you mean "${nearest}"?`;
  context.addIssue({
    code: 'custom',
    path: ['preset'],
    message: `no such preset: "${String(preset)}". ${fix}`,
  });
  return own;
}

/** A choice with a `type` is replaced as a whole by one of another type: its other fields mean something else. */
function merge(below: Fields, above: Fields): Fields {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const before = below[key];
    const isSameKind =
      isFields(before) && isFields(value) && (value['type'] ?? before['type']) === before['type'];
    merged[key] = isSameKind ? merge(before, value) : value;
  }
  return merged;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
