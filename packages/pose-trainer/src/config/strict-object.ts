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
