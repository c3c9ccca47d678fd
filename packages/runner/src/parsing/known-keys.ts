import type { ZodType } from 'zod';

interface SchemaDefinition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, ZodType>>;
  readonly innerType?: ZodType;
  readonly in?: ZodType;
  readonly element?: ZodType;
  readonly valueType?: ZodType;
  readonly options?: readonly ZodType[];
}

/**
 * The keys that a zod schema knows at `path`, to name the nearest one when a key is unknown.
 *
 * Looks through optional, default, nullable, pipe and union; empty where any key is welcome.
 */
export function knownKeys(schema: ZodType, path: readonly PropertyKey[]): readonly string[] {
  const definition = schema._zod.def as unknown as SchemaDefinition;
  const inner = definition.innerType ?? definition.in;
  if (inner !== undefined) return knownKeys(inner, path);
  if (definition.options !== undefined) {
    return [...new Set(definition.options.flatMap((option) => knownKeys(option, path)))];
  }
  const [head, ...rest] = path;
  if (head === undefined) return Object.keys(definition.shape ?? {});
  const next = definition.shape?.[String(head)] ?? definition.element ?? definition.valueType;
  return next === undefined ? [] : knownKeys(next, rest);
}
