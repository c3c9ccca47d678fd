import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '@limber/files';
import type { MetricsRow } from './metric-points.ts';

/** What curves are drawn from. */
export interface CurveRows {
  /** Of the run, where several are drawn into one chart; empty for one alone. */
  readonly name: string;
  readonly metrics: readonly MetricsRow[];
  readonly timing: readonly MetricsRow[];
}

/** Reads what a training logged. @param logs - the folder of `metrics.jsonl` and `timing.jsonl`. */
export async function readCurves(logs: string, name = ''): Promise<CurveRows> {
  const [metrics, timing] = await Promise.all(
    ['metrics', 'timing'].map((file) => readMetrics(join(logs, `${file}.jsonl`))),
  );
  return { name, metrics: metrics!, timing: timing! };
}

/** Reads a metrics file, one JSON object a line; one that is not there has no lines. */
async function readMetrics(file: string): Promise<MetricsRow[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
  return text
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row) as MetricsRow);
}
