import { describeProblem } from '@limber/files';
import type { ZodType } from 'zod';
import { parseJson } from '../json.ts';
import { readText } from './read-if-there.ts';

/** Called with what is wrong with a file, in a sentence that names the file. */
export type OnProblem = (problem: string) => void;

/**
 * Reads a JSON file that the runner, or a colleague's, wrote, and checks it: nothing in it is believed.
 *
 * @param options.where - what the file is called in messages.
 * @returns undefined if it does not exist, or is wrong.
 */
export function readManifest<T>(
  file: string,
  schema: ZodType<T>,
  options: { readonly where?: string; readonly onProblem?: OnProblem | undefined } = {},
): T | undefined {
  const { where = file, onProblem } = options;
  const refuse = (what: string): undefined => {
    onProblem?.(describeProblem({ where, what }));
    return undefined;
  };
  const text = readText(file);
  if (text === undefined) return undefined;
  const parsed = parseJson(text);
  if (parsed === undefined) return refuse('is not JSON');
  const checked = schema.safeParse(parsed);
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0]!;
  return refuse([...path.map(String), message].join(': '));
}
