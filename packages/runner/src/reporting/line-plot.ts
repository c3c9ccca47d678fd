import { escapeHtml } from '@limber/files';

/** One line of a plot. */
export interface PlotLine {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const WIDTH = 480;
const HEIGHT = 200;
const margin = 44;

/** Draws lines over a common pair of axes, as SVG. Hovering over a line names it. */
export function drawLinePlot(title: string, lines: readonly PlotLine[]): string {
  const points = lines.flatMap((line) => line.points);
  const [x, y] = [0, 1].map((axis) => rangeOf(points.map((point) => point[axis]!)));
  const at = ([px, py]: readonly [number, number]): string => {
    const left = margin + ((px - x!.low) / (x!.high - x!.low)) * (WIDTH - 2 * margin);
    const top = HEIGHT - margin - ((py - y!.low) / (y!.high - y!.low)) * (HEIGHT - 2 * margin);
    return `${left.toFixed(1)},${top.toFixed(1)}`;
  };
  const drawn = lines.map(
    ({ label, points: own }, index) =>
      `<polyline points="${own.map(at).join(' ')}" fill="none" stroke-width="2" stroke="hsl(${(index * 137) % 360} 60% 45%)"><title>${escapeHtml(label)}</title></polyline>`,
  );
  const text = (left: number, top: number, anchor: string, content: string): string =>
    `<text x="${left}" y="${top}" text-anchor="${anchor}">${escapeHtml(content)}</text>`;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" role="img" aria-label="${escapeHtml(title)}">`,
    `<rect x="${margin}" y="${margin}" width="${WIDTH - 2 * margin}" height="${HEIGHT - 2 * margin}" fill="none" stroke="currentColor" opacity="0.3"/>`,
    ...drawn,
    text(WIDTH / 2, margin / 2, 'middle', title),
    text(margin, HEIGHT - margin / 2, 'start', show(x!.low)),
    text(WIDTH - margin, HEIGHT - margin / 2, 'end', show(x!.high)),
    text(margin - 4, HEIGHT - margin, 'end', show(y!.low)),
    text(margin - 4, margin + 8, 'end', show(y!.high)),
    '</svg>',
  ].join('');
}

/** The range of some values; never empty, so that it can be divided by. */
function rangeOf(values: readonly number[]): { readonly low: number; readonly high: number } {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  if (finite.length === 0) return { low: 0, high: 1 };
  return low === high ? { low: low - 0.5, high: high + 0.5 } : { low, high };
}

function show(value: number): string {
  return String(Number(value.toPrecision(4)));
}
