import { expect, test } from 'vitest';
import { lineChart } from './line-chart.ts';

/** The heights of the names at the ends of lines, in pixels of the drawing. */
function heightsOf(svg: string, names: readonly string[]): number[] {
  return names.map((name) => {
    const match = new RegExp(`translate\\([\\d.]+,([\\d.]+)\\)"[^>]*>${name}<`).exec(svg);
    expect(match, name).not.toBeNull();
    return Number(match![1]);
  });
}

const ending = (name: string, y: number, x = 1) => ({
  name,
  points: [
    { x: 0, y: 2 },
    { x, y },
  ],
});

test.each([false, true])(
  'names of lines that end together do not cover one another (logarithmic: %j)',
  (isLogarithmic) => {
    const lines = [ending('train', 1), ending('val', 1.001), ending('third', 1.002)];
    const options = { xLabel: 'steps', yLabel: 'loss', isLogarithmic };
    const heights = heightsOf(lineChart(lines, options).html, ['train', 'val', 'third']);
    expect(heights[0]! - heights[1]!).toBeGreaterThan(12);
    expect(heights[1]! - heights[2]!).toBeGreaterThan(12);
  },
);

test('names that cannot meet stay at the ends of their lines', () => {
  const lines = [ending('early', 1, 0.5), ending('late', 1)];
  const [early, late] = heightsOf(lineChart(lines, { xLabel: 'x', yLabel: 'y' }).html, [
    'early',
    'late',
  ]);
  expect(early).toBe(late);
});
