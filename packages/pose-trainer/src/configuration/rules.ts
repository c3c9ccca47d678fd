import { suggestName } from '@limber/files';
import type { CodecChoice, ModelName } from '@limber/model-zoo/models';
import {
  inputSideMultiple,
  layerNamesOf,
  modelNames,
  models,
  pretrainedNames,
} from '@limber/model-zoo/models';
import type { z } from 'zod';
import type { LossName } from '../losses/loss-names.ts';
import { lossesOf } from '../losses/loss-names.ts';

/** What the rules look at. */
interface CheckedFields {
  readonly model: ModelName;
  readonly inputSize: readonly [height: number, width: number];
  readonly init: string | null;
  readonly frozen: readonly string[];
  readonly codec: CodecChoice | null;
  readonly loss: LossName | null;
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
  ];
  for (const { path, input, message } of [...violations, ...checkFrozen(config)]) {
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
  if (codec === null || codec.type === 'simcc' || models[model].output !== 'simcc') return [];
  const message = `expected simcc for ${model}: that is what its head is made for`;
  return [{ path: ['codec', 'type'], input: codec.type, message }];
}

function checkLoss({ model, codec, loss }: CheckedFields): Violation[] {
  if (loss === null) return [];
  const { type } = codec ?? models[model].codec;
  if (!lossesOf[type].includes(loss)) {
    const message = `expected ${lossesOf[type].join(' or ')} for the codec ${type}`;
    return [{ path: ['loss'], input: loss, message }];
  }
  if (loss !== 'cross-entropy' || models[model].isBounded) return [];
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
  if (frozen.length === 0) return [];
  const layers = layerNamesOf(models[model]);
  return frozen.flatMap((start, index) => {
    if (layers.some((layer) => layer === start || layer.startsWith(`${start}.`))) return [];
    const message = `${model} has no layer "${start}".${suggestName(start, groupsOf(layers))}`;
    return [{ path: ['frozen', index], input: start, message }];
  });
}

/** Every beginning of a layer's name, up to a dot or the end: `backbone`, `backbone.stem`, … */
function groupsOf(layers: readonly string[]): string[] {
  const groups = layers.flatMap((layer) => {
    const parts = layer.split('.');
    return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
  });
  return [...new Set(groups)];
}
