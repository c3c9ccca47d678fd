import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** One line of a plot. */
export interface PlotLine {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Draws lines over a common pair of axes, as SVG. Hovering over a line names it. */
export function drawLinePlot(title: string, lines: readonly PlotLine[]): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const rows = lines.flatMap(({ label, points }) => points.map(([x, y]) => ({ label, x, y })));
  const figure = Plot.plot({
    document,
    width: 480,
    height: 240,
    style: { background: 'transparent' },
    ariaLabel: title,
    x: { label: null },
    y: { label: title, grid: true },
    marks: [Plot.line(rows, { x: 'x', y: 'y', z: 'label', stroke: 'label', title: 'label' })],
  });
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return figure.outerHTML;
}
