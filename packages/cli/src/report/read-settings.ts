import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '@limber/files';

/** The settings of a training by the path that `--set` takes, as texts; none while it goes on. */
export async function readSettings(logs: string): Promise<[path: string, value: string][]> {
  const text = await readFile(join(logs, 'config.json'), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '{}';
    throw error;
  });
  return flatten(JSON.parse(text));
}

function flatten(value: unknown, path: readonly string[] = []): [string, string][] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isMap) return Object.entries(value).flatMap(([key, each]) => flatten(each, [...path, key]));
  return [[path.join('.'), typeof value === 'string' ? value : JSON.stringify(value)]];
}
