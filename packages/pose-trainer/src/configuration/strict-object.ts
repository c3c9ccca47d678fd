import { suggestName } from '@limber/files';
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
      return (issue.keys as readonly string[])
        .map((key) => `unknown key "${key}".${suggestName(key, known)}`)
        .join(' ');
    },
  });
}

/** The error of a union of objects with a `type`: lists the types, and names the one that was probably meant. */
export function expectedTypes(...types: readonly string[]): {
  readonly error: (issue: { readonly input?: unknown }) => string;
} {
  return {
    error: ({ input }) => {
      const got = (input as { readonly type?: unknown } | null | undefined)?.type;
      return `no such type: ${JSON.stringify(got)}.${suggestName(String(got), types)}`;
    },
  };
}
