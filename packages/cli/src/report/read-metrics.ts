import { readFile } from 'node:fs/promises';
import { isMissing } from '@limber/files';

/** One line of a training's `metrics.jsonl` or `timing.jsonl`: `step`, `epoch` and what was logged there. */
export type MetricsRow = Readonly<Record<string, number>>;

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

/** The points of one metric: where each of its rows stands on an axis, and its value. */
export function metricPoints(
  rows: readonly MetricsRow[],
  metric: string,
  placeOf: (row: MetricsRow) => number | undefined = (row) => row['step'],
): { x: number; y: number }[] {
  return rows.flatMap((row) => {
    const [x, y] = [placeOf(row), row[metric]];
    return x === undefined || y === undefined ? [] : [{ x, y }];
  });
}
