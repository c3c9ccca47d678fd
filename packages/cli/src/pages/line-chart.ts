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
  const names = spreadNames(ends, rows, options);
  return plotSvg({
    marginRight: 90,
    marginLeft: 52,
    x: { label: options.xLabel, nice: true },
    y: {
      label: options.yLabel,
      grid: true,
      // whole powers of ten would leave most of a loss's chart empty
      ...(options.isLogarithmic === true ? { type: 'log', tickFormat: '~g' } : { nice: true }),
      ...(options.yDomain === undefined ? {} : { domain: options.yDomain }),
    },
    color: { scheme: 'Observable10' },
    marks: [
      Plot.line(rows, { x: 'x', y: 'y', z: 'name', stroke: 'name', strokeWidth: 1.8 }),
      Plot.dot(ends, { x: 'x', y: 'y', fill: 'name', r: 3 }),
      Plot.text(names, { x: 'x', y: 'y', text: 'name', fill: 'name', dx: 8, textAnchor: 'start' }),
    ],
  });
}

/** The least distance of two names, as a part of the height; names whose ends are further apart than this part of the width cannot meet. */
const apart = { height: 0.07, width: 0.25 };

interface NamedPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** The ends of lines with names that would cover one another moved up. */
function spreadNames(
  ends: readonly NamedPoint[],
  rows: readonly NamedPoint[],
  { isLogarithmic, yDomain }: LineChartOptions,
): readonly NamedPoint[] {
  const [toHeight, toY] = isLogarithmic === true ? [Math.log, Math.exp] : [Number, Number];
  const [width, height] = [
    spanOf(rows.map(({ x }) => x)),
    spanOf(yDomain ?? rows.map(({ y }) => toHeight(y))),
  ];
  const placed: { readonly end: NamedPoint; readonly at: number }[] = [];
  for (const end of ends.toSorted((a, b) => a.y - b.y)) {
    const near = placed.filter((other) => Math.abs(other.end.x - end.x) <= apart.width * width);
    const free = Math.max(-Infinity, ...near.map(({ at }) => at + apart.height * height));
    placed.push({ end, at: Math.max(toHeight(end.y), free) });
  }
  return placed.map(({ end, at }) => ({ ...end, y: toY(at) }));
}

function spanOf(values: readonly number[]): number {
  return (
    values.reduce((a, b) => Math.max(a, b), -Infinity) -
    values.reduce((a, b) => Math.min(a, b), Infinity)
  );
}
