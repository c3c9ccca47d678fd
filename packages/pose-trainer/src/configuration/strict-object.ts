import { nearestName } from '@limber/files';
import { z } from 'zod';

/**
 * An object that refuses unknown keys, and names the key that was probably meant:
 * `unknown key "lernRate". Did you mean "learningRate"?`
 */
export function strictObject<Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      return (issue.keys as readonly string[]).map((key) => describe(key, known)).join(' ');
    },
  });
}

function describe(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  const fix =
    nearest === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  return `unknown key "${key}". ${fix}`;
}

/** The error of a union of objects with a `type`: lists the types, and names the one that was probably meant. */
export function expectedTypes(...types: readonly string[]): {
  readonly error: (issue: { readonly input?: unknown }) => string;
} {
  return {
    error: ({ input }) => {
      const got = (input as { readonly type?: unknown } | null | undefined)?.type;
      const nearest = typeof got === 'string' ? nearestName(got, types) : undefined;
      const fix = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
      return `no such type: expected one of ${types.join(', ')}, got ${JSON.stringify(got)}.${fix}`;
    },
  };
}
