import type { Html } from '../pages/html.ts';
import { html } from '../pages/html.ts';
import { lineChart } from '../pages/line-chart.ts';
import type { PageContent } from '../pages/page.ts';
import type { ProgressAxis } from './progress-axes.ts';
import type { MetricsRow } from './metric-points.ts';
import { metricPoints } from './metric-points.ts';
import { trainingCurves } from './training-curves.ts';

/**
 * Draws the curves over every axis, of which the reader chooses one.
 *
 * @param rows - those of the metrics and of the timing.
 */
export function trainingCharts(
  rows: readonly MetricsRow[],
  axes: readonly ProgressAxis[],
): Pick<PageContent, 'charts' | 'chartChoice'> {
  const charts = trainingCurves.flatMap(({ title, series, axes: yAxis }) => {
    const drawn = axes.map(({ name, placeOf }): Html => {
      const lines = Object.entries(series)
        .map(([line, metric]) => ({ name: line, points: metricPoints(rows, metric, placeOf) }))
        .filter(({ points }) => points.length > 0);
      if (lines.length === 0) return { html: '' };
      return html`<div data-over="${name}">${lineChart(lines, { xLabel: name, ...yAxis })}</div>`;
    });
    return drawn.every(({ html: text }) => text === '') ? [] : [{ title, chart: html`${drawn}` }];
  });
  return { charts, chartChoice: { label: 'Curves over', names: axes.map(({ name }) => name) } };
}
