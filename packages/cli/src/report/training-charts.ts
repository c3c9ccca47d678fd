import type { Html } from '../pages/html.ts';
import { html } from '../pages/html.ts';
import { lineChart } from '../pages/line-chart.ts';
import type { PageContent } from '../pages/page.ts';
import type { CurveRows } from './read-metrics.ts';
import { metricPoints } from './metric-points.ts';
import { progressAxes } from './progress-axes.ts';
import { trainingCurves } from './training-curves.ts';

/** Draws the curves of one training, or of several into one another, over every axis, of which the reader chooses one. */
export function trainingCharts(
  trainings: readonly CurveRows[],
): Pick<PageContent, 'charts' | 'chartChoice'> {
  const drawn = trainings.map(({ name, metrics, timing }) => ({
    name,
    rows: [...metrics, ...timing],
    axes: progressAxes(metrics, timing),
  }));
  const names = [...new Set(drawn.flatMap(({ axes }) => axes.map((axis) => axis.name)))];
  const charts = trainingCurves.flatMap(({ title, series, axes: yAxis }) => {
    const parts = names.map((over): Html => {
      const lines = drawn.flatMap(({ name, rows, axes }) => {
        const axis = axes.find((each) => each.name === over);
        return Object.entries(series).map(([line, metric]) => ({
          name: [line, name].filter(Boolean).join(' '),
          points: axis === undefined ? [] : metricPoints(rows, metric, axis.placeOf),
        }));
      });
      const filled = lines.filter(({ points }) => points.length > 0);
      if (filled.length === 0) return { html: '' };
      return html`<div data-over="${over}">${lineChart(filled, { xLabel: over, ...yAxis })}</div>`;
    });
    return parts.every(({ html: text }) => text === '') ? [] : [{ title, chart: html`${parts}` }];
  });
  return { charts, chartChoice: { label: 'Curves over', names } };
}
