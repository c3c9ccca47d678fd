import { suggestName } from '@limber/files';
import type { ModelName } from '@limber/model-zoo/models';
import { modelNames, models } from '@limber/model-zoo/models';
import type { z } from 'zod';

type Fields = Readonly<Record<string, unknown>>;

/** The models that have a recipe. */
export const presetNames: readonly ModelName[] = modelNames.filter(
  (name) => models[name].recipe !== undefined,
);

/** Puts the recipe of the model that a configuration names as `preset` below those that it gives itself, object by object. */
export function applyPreset(config: unknown, context: z.RefinementCtx): unknown {
  if (!isFields(config) || !('preset' in config)) return config;
  const { preset, ...own } = config;
  const model = presetNames.find((name) => name === preset);
  if (model !== undefined) return merge({ model, ...models[model].recipe }, own);
  context.addIssue({
    code: 'custom',
    path: ['preset'],
    input: preset,
    message: `no such preset: "${String(preset)}".${suggestName(String(preset), presetNames)}`,
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
