import type { ZodType } from 'zod';
import { z } from 'zod';
import { pipelineSchema, stageSchema } from '../parsing/pipeline-schema.ts';
import { mergeKey } from '../parsing/references.ts';
import type { StageDefinition } from '../stage-definition.ts';

/** A JSON Schema, as plain JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of pipeline files, for editors. A stage that `uses` one of `stages` is told its
 * parameters; wherever a value is expected, a `${{ }}` reference may stand instead.
 */
export function pipelineJsonSchema(stages: readonly StageDefinition[]): JsonSchema {
  const { $schema, ...pipeline } = toJsonSchema(pipelineSchema);
  const { $schema: _same, ...stage } = toJsonSchema(stageSchema);
  const perStage = stages.flatMap(({ name, params }) =>
    params === undefined ? [] : [parametersOf(name, params)],
  );
  const entry = { ...stage, ...(perStage.length === 0 ? {} : { allOf: perStage }) };
  const properties = pipeline['properties'] as Record<string, Record<string, unknown>>;
  return {
    $schema,
    title: 'Limber pipeline',
    ...pipeline,
    properties: {
      ...properties,
      stages: {
        ...properties['stages'],
        additionalProperties: { anyOf: [entry, { type: 'null' }] },
      },
    },
    required: ['name'],
  };
}

function parametersOf(name: string, params: ZodType): JsonSchema {
  const { $schema: _drop, ...schema } = toJsonSchema(params);
  return {
    if: { properties: { uses: { const: name } }, required: ['uses'] },
    // eslint-disable-next-line unicorn/no-thenable -- the key of JSON Schema
    then: { properties: { with: allowReferences(schema) } },
  };
}

const referenceSchema: JsonSchema = { type: 'string', pattern: '\\$\\{\\{.*\\}\\}' };

/** The same schema, with a reference allowed in the place of every value, and under each map's own keys. */
function allowReferences(schema: unknown): JsonSchema {
  const own = schema as Record<string, unknown>;
  const mapValues = (value: unknown): unknown =>
    Object.fromEntries(
      Object.entries(value as object).map(([key, inner]) => [key, allowReferences(inner)]),
    );
  const inner: Record<string, unknown> = { ...own };
  if (own['properties'] !== undefined) inner['properties'] = mapValues(own['properties']);
  if (typeof own['items'] === 'object') inner['items'] = allowReferences(own['items']);
  if (Array.isArray(own['prefixItems'])) {
    inner['prefixItems'] = own['prefixItems'].map(allowReferences);
  }
  if (typeof own['additionalProperties'] === 'object') {
    inner['additionalProperties'] = allowReferences(own['additionalProperties']);
  }
  if (own['properties'] === undefined) return { anyOf: [inner, referenceSchema] };
  const properties = { ...(inner['properties'] as object), [mergeKey]: referenceSchema };
  const merged = { ...inner, properties, required: [mergeKey] };
  return { anyOf: [inner, merged, referenceSchema] };
}

function toJsonSchema(schema: ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
}
