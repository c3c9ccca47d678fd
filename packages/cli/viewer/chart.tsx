import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { MetricsRow } from '../src/report/metric-points.ts';
import { metricPoints } from '../src/report/metric-points.ts';
import type { ProgressAxis } from '../src/report/progress-axes.ts';
import type { trainingCurves } from '../src/report/training-curves.ts';

type Curve = (typeof trainingCurves)[number];

/** Seen on light and on dark. */
const colors = ['#4a8fc7', '#d9822b'];
const heightPx = 230;

/** One chart: the series of a curve that have points. A drag zooms, a double click shows all again. */
export function Chart({
  curve,
  rows,
  axis,
}: {
  readonly curve: Curve;
  readonly rows: readonly MetricsRow[];
  readonly axis: ProgressAxis;
}): JSX.Element | null {
  const place = useRef<HTMLDivElement>(null);
  const lines = Object.entries(curve.series)
    .map(([name, metric]) => ({ name, points: metricPoints(rows, metric, axis.placeOf) }))
    .filter(({ points }) => points.length > 0);
  const names = lines.map(({ name }) => name).join();
  const chart = useRef<uPlot>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(curve, names.split(','), element), undefined, element);
    chart.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: heightPx }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [curve, names]);
  useEffect(() => {
    if (lines.length > 0) chart.current?.setData(aligned(lines.map(({ points }) => points)));
  });
  if (lines.length === 0) return null;
  const values = lines.map(({ name, points }) => `${name} ${points.at(-1)!.y.toPrecision(3)}`);
  return (
    <figure>
      <figcaption>
        {curve.title} <span>{values.join(' · ')}</span>
      </figcaption>
      <div
        ref={place}
        role="img"
        aria-label={`${curve.title} over ${axis.name}: ${values.join(', ')}`}
      />
    </figure>
  );
}

function optionsOf(curve: Curve, names: readonly string[], element: HTMLElement): uPlot.Options {
  const ink = getComputedStyle(element).color;
  const grid = { stroke: 'rgba(128, 128, 128, .2)', width: 1 };
  const { axes } = curve;
  return {
    width: element.clientWidth,
    height: heightPx,
    legend: { show: false },
    scales: {
      x: { time: false },
      y:
        'yDomain' in axes
          ? { range: [axes.yDomain[0], axes.yDomain[1]] }
          : { distr: 'isLogarithmic' in axes ? 3 : 1 },
    },
    axes: [
      { stroke: ink, grid, ticks: grid },
      { stroke: ink, grid, ticks: grid, size: 72, values: (_, splits) => splits.map(tickText) },
    ],
    series: [
      {},
      ...names.map((label, at) => ({
        label,
        stroke: colors[at % colors.length]!,
        width: 2,
        spanGaps: true,
      })),
    ],
  };
}

/** As many digits as tell neighbours apart: uPlot itself writes 0.001 for 0.00098. @param split - null: without a text. */
function tickText(split: number | null): string {
  return split === null ? '' : String(Number(split.toPrecision(4)));
}

/** All series over the places of any. */
function aligned(
  lines: readonly (readonly { readonly x: number; readonly y: number }[])[],
): uPlot.AlignedData {
  const tables = lines.map((points): uPlot.AlignedData => {
    const sorted = points.toSorted((a, b) => a.x - b.x);
    return [sorted.map(({ x }) => x), sorted.map(({ y }) => y)];
  });
  return uPlot.join(tables);
}
