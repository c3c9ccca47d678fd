import { readFile } from 'node:fs/promises';
import { isMissing } from '@limber/files';
import type { MetricsRow } from './metric-points.ts';

/** Reads a metrics file, one JSON object a line; one that is not there has no lines. */
export async function readMetrics(file: string): Promise<MetricsRow[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
  return text
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row) as MetricsRow);
}
