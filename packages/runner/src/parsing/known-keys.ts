import type { ZodType } from 'zod';

interface SchemaDefinition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, ZodType>>;
  readonly innerType?: ZodType;
  readonly in?: ZodType;
  readonly out?: ZodType;
  readonly element?: ZodType;
  readonly valueType?: ZodType;
  readonly options?: readonly ZodType[];
}

/**
 * The keys that a zod schema knows at `path`, to name the nearest one when a key is unknown.
 *
 * Looks through optional, default, nullable, pipe, preprocess and union; empty where any key is
 * welcome.
 */
export function knownKeys(schema: ZodType, path: readonly PropertyKey[]): readonly string[] {
  const definition = schema._zod.def as unknown as SchemaDefinition;
  const { innerType, in: before, out } = definition;
  const inner = [innerType, before, out].filter((part) => part !== undefined);
  const parts = definition.options ?? inner;
  if (parts.length > 0) return [...new Set(parts.flatMap((part) => knownKeys(part, path)))];
  const [head, ...rest] = path;
  const shape = definition.shape ?? {};
  if (head === undefined) return Object.keys(shape);
  const key = String(head);
  const own = Object.hasOwn(shape, key) ? shape[key] : undefined;
  const next = own ?? definition.element ?? definition.valueType;
  return next === undefined ? [] : knownKeys(next, rest);
}

/** The dotted names of all parameters that a schema knows below `path`; a list is one parameter. */
export function parameterNamesOf(schema: ZodType, path: readonly string[] = []): string[] {
  return knownKeys(schema, path).flatMap((key) => {
    const inner = parameterNamesOf(schema, [...path, key]).map((name) => `${key}.${name}`);
    return inner.length === 0 ? [key] : inner;
  });
}
