/** One line of a training's `metrics.jsonl` or `timing.jsonl`: `step`, `epoch` and what was logged there. */
export type MetricsRow = Readonly<Record<string, number>>;

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
