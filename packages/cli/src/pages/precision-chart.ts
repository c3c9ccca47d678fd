import type { PrecisionRecall } from '@limber/evaluator';
import { oksThresholds, recallThresholds } from '@limber/evaluator';
import type { Html } from './html.ts';
import type { Series } from './line-chart.ts';
import { lineChart } from './line-chart.ts';

/** The OKS thresholds that are drawn: all ten would cover one another. */
const drawn = [0.5, 0.75, 0.85, 0.95];

/** Precision over recall, as {@link precisionSeries} gives it. */
export function precisionChart(series: readonly Series[]): Html {
  return lineChart(series, { xLabel: 'recall', yLabel: 'precision', yDomain: [0, 1] });
}

/**
 * Precision over recall of all persons, one line for each OKS threshold, and their mean over all ten.
 *
 * @param categories - how many the curves were drawn for.
 */
export function precisionSeries(curves: PrecisionRecall, categories: number): Series[] {
  const all = oksThresholds.map((_, threshold) => curveAt(curves, threshold, categories));
  const lines = drawn.map((oks) => {
    const threshold = oksThresholds.findIndex((value) => Math.abs(value - oks) < 1e-9);
    return { name: `OKS ${oks.toFixed(2)}`, values: all[threshold]! };
  });
  const mean = recallThresholds.map(
    (_, at) => all.reduce((sum, curve) => sum + curve[at]!, 0) / all.length,
  );
  return [...lines, { name: 'mean', values: mean }].map(({ name, values }) => ({
    name,
    // a line ends, and is named, at the recall that is reached
    points: values.map((y, at) => ({ x: recallThresholds[at]!, y })).filter(({ y }) => y > 0),
  }));
}

/** [recall thresholds] the mean over the categories that have persons. */
function curveAt({ precision }: PrecisionRecall, threshold: number, categories: number): number[] {
  return recallThresholds.map((_, at) => {
    const start = (threshold * recallThresholds.length + at) * categories;
    const known = precision.subarray(start, start + categories).filter((value) => value >= 0);
    return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  });
}
