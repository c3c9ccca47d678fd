import { suggestName } from '@limber/files';
import type { CodecChoice, ModelEntry, ModelName } from '@limber/model-zoo/models';
import {
  inputSideMultiple,
  isOwnArchitecture,
  layerNamesOf,
  modelNames,
  models,
  pretrainedNames,
  usualCodec,
} from '@limber/model-zoo/models';
import type { z } from 'zod';
import type { LossName } from '../losses/loss-names.ts';
import { lossesOf } from '../losses/loss-names.ts';
import { countTransformerLayers } from '../training/layer-rates.ts';
import { namesLayer } from './frozen-layers.ts';

/** What the rules look at. */
interface CheckedFields {
  /** Of the zoo, or the path of an own architecture, of which nothing is known before it is loaded. */
  readonly model: string;
  readonly inputSize: readonly [height: number, width: number];
  readonly init: string | null;
  readonly frozen: readonly string[];
  readonly layerDecay: number | null;
  readonly codec: CodecChoice | null;
  readonly loss: LossName | null;
  readonly distillation: { readonly teacher: string | null; readonly temperature: number } | null;
}

/** A value that does not go with the others: what is wrong with which. */
interface Violation {
  readonly path: readonly (string | number)[];
  readonly input: unknown;
  readonly message: string;
}

/**
 * Refuses what each field alone allows, but no model can be trained with: so that it is said before
 * images are rendered and packed.
 */
export function checkRules(config: CheckedFields, context: z.RefinementCtx): void {
  const violations = [
    ...checkInputSize(config),
    ...checkCodec(config),
    ...checkLoss(config),
    ...checkInit(config),
    ...checkFrozen(config),
    ...checkLayerDecay(config),
    ...checkDistillation(config),
  ];
  for (const { path, input, message } of violations) {
    context.addIssue({ code: 'custom', path: [...path], input, message });
  }
}

function checkInputSize({ inputSize }: CheckedFields): Violation[] {
  if (inputSize.every((side) => side % inputSideMultiple === 0)) return [];
  const nearest = inputSize.map(
    (side) => Math.max(1, Math.round(side / inputSideMultiple)) * inputSideMultiple,
  );
  const message = `expected [height, width] in multiples of ${inputSideMultiple}, such as [${nearest.join(', ')}]`;
  return [{ path: ['inputSize'], input: inputSize, message }];
}

function checkCodec({ model, codec }: CheckedFields): Violation[] {
  if (codec === null || codec.type === 'simcc' || entryOf(model)?.output !== 'simcc') return [];
  const message = `expected simcc for ${model}: that is what its head is made for`;
  return [{ path: ['codec', 'type'], input: codec.type, message }];
}

function checkLoss({ model, codec, loss }: CheckedFields): Violation[] {
  if (loss === null) return [];
  const { type } = codecOf({ codec, model });
  if (!lossesOf[type].includes(loss)) {
    const message = `expected ${lossesOf[type].join(' or ')} for the codec ${type}`;
    return [{ path: ['loss'], input: loss, message }];
  }
  if (loss !== 'cross-entropy' || entryOf(model)?.isBounded === true) return [];
  const bounded = modelNames.filter((name) => models[name].isBounded);
  const message = `expected squared-error for ${model}: cross-entropy needs heatmaps between 0 and 1, which ${bounded.join(' and ')} have`;
  return [{ path: ['loss'], input: loss, message }];
}

const weightFile = /\.(pth|pt|safetensors)$/;

function checkInit({ model, init }: CheckedFields): Violation[] {
  if (init === null || init === model) return [];
  const isPublished = pretrainedNames.some((name) => name === init);
  if (!isPublished && (/[/\\]/.test(init) || weightFile.test(init))) return [];
  const message = isPublished
    ? `${init} are the weights of the model of that name, not of ${model}. Change model or init.`
    : `no such weights: "${init}".${suggestName(init, pretrainedNames)} A folder is written with a slash: ./${init}.`;
  return [{ path: ['init'], input: init, message }];
}

function checkFrozen({ model, frozen }: CheckedFields): Violation[] {
  const entry = entryOf(model);
  if (entry === undefined || frozen.length === 0) return [];
  const layers = layerNamesOf(entry);
  return frozen.flatMap((pattern, index) => {
    if (layers.some((layer) => namesLayer(pattern, layer))) return [];
    const message = `${model} has no layer "${pattern}".${suggestName(pattern, groupsOf(layers))}`;
    return [{ path: ['frozen', index], input: pattern, message }];
  });
}

function checkLayerDecay({ model, layerDecay }: CheckedFields): Violation[] {
  const entry = entryOf(model);
  if (layerDecay === null || entry === undefined) return [];
  if (countTransformerLayers(layerNamesOf(entry)) > 0) return [];
  const others = modelNames.filter(
    (name) => countTransformerLayers(layerNamesOf(models[name])) > 0,
  );
  const message = `expected null for ${model}: only a transformer has layers to count, such as ${others.join(' and ')}`;
  return [{ path: ['layerDecay'], input: layerDecay, message }];
}

/** The codec that is set, or else the model's own. */
function codecOf({ codec, model }: Pick<CheckedFields, 'codec' | 'model'>): CodecChoice {
  return codec ?? entryOf(model)?.codec ?? usualCodec;
}

function checkDistillation(config: CheckedFields): Violation[] {
  const { distillation } = config;
  if (distillation === null) return [];
  const { type } = codecOf(config);
  if (type === 'regression') {
    const message =
      'expected null for the codec regression: it has no maps that a teacher could show';
    return [{ path: ['distillation'], input: distillation, message }];
  }
  return [...checkTeacherName(distillation.teacher), ...checkTemperature(config)];
}

function checkTeacherName(teacher: string | null): Violation[] {
  if (teacher === null || /[/\\]/.test(teacher)) return [];
  if (pretrainedNames.some((name) => name === teacher)) return [];
  const message = `no such teacher: "${teacher}".${suggestName(teacher, pretrainedNames)} A folder is written with a slash: ./${teacher}.`;
  return [{ path: ['distillation', 'teacher'], input: teacher, message }];
}

function checkTemperature({ model, codec, loss, distillation }: CheckedFields): Violation[] {
  const { temperature } = distillation!;
  const { type } = codecOf({ codec, model });
  const used = loss ?? lossesOf[type][0];
  if (temperature === 1 || used === 'cross-entropy' || used === 'kl-divergence') return [];
  const message = `expected 1 for the loss ${used}: there is no softmax for a temperature`;
  return [{ path: ['distillation', 'temperature'], input: temperature, message }];
}

/** What is known of a model; nothing of an own architecture. */
function entryOf(model: string): ModelEntry | undefined {
  return isOwnArchitecture(model) ? undefined : models[model as ModelName];
}

/** Every beginning of a layer's name, up to a dot or the end: `backbone`, `backbone.stem`, … */
function groupsOf(layers: readonly string[]): string[] {
  const groups = layers.flatMap((layer) => {
    const parts = layer.split('.');
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
  });
  return [...new Set(groups)];
}
