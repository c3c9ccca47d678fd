import { readFile } from 'node:fs/promises';

/** One line of a training's `metrics.jsonl`: `step`, `epoch` and what was logged there. */
export type MetricsRow = Readonly<Record<string, number>>;

/** Reads a metrics file, one JSON object a line. */
export async function readMetrics(file: string): Promise<MetricsRow[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row) as MetricsRow);
}

/** The points of one metric against the optimizer step. */
export function metricPoints(
  rows: readonly MetricsRow[],
  metric: string,
): { x: number; y: number }[] {
  return rows.flatMap((row) => {
    const x = row['step'];
    const y = row[metric];
    return x === undefined || y === undefined ? [] : [{ x, y }];
  });
}
