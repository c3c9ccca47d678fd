import * as Plot from '@observablehq/plot';
import type { Html } from './html.ts';
import { plotSvg } from './plot-svg.ts';

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface LineChartOptions {
  readonly xLabel: string;
  readonly yLabel: string;
  /** A logarithmic vertical axis; every y must be > 0. */
  readonly isLogarithmic?: boolean;
  /** The ends of the vertical axis; by default those of the data. */
  readonly yDomain?: readonly [number, number];
}

/** Draws lines as SVG, each with its name at its end. A series of one point is drawn as a dot. */
export function lineChart(series: readonly Series[], options: LineChartOptions): Html {
  const rows = series.flatMap(({ name, points }) => points.map(({ x, y }) => ({ name, x, y })));
  const ends = series.flatMap(({ name, points }) =>
    points.slice(-1).map((end) => ({ name, ...end })),
  );
  return plotSvg({
    marginRight: 90,
    marginLeft: 52,
    x: { label: options.xLabel, nice: true },
    y: {
      label: options.yLabel,
      grid: true,
      ...(options.isLogarithmic === true ? { type: 'log', tickFormat: '~g' } : {}),
      ...(options.yDomain === undefined ? { nice: true } : { domain: options.yDomain }),
    },
    color: { scheme: 'Observable10' },
    marks: [
      Plot.line(rows, { x: 'x', y: 'y', z: 'name', stroke: 'name', strokeWidth: 1.8 }),
      Plot.dot(ends, { x: 'x', y: 'y', fill: 'name', r: 3 }),
      Plot.text(ends, { x: 'x', y: 'y', text: 'name', fill: 'name', dx: 8, textAnchor: 'start' }),
    ],
  });
}
