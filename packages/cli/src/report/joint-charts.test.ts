import { expect, test } from 'vitest';
import { jointCharts } from './joint-charts.ts';

test('a joint that was never labelled has no bar, and errors are shares of the labelled ones', () => {
  const pck = {
    threshold: 0.2,
    normalizer: 'bbox',
    all: 0.5,
    perJoint: [
      { joint: 'left_hip', pck: 0.5 },
      { joint: 'tail', pck: null },
    ],
    perGroup: [],
  } as const;
  const found = [{ joints: ['good', null] as const }, { joints: ['inversion', null] as const }];
  const [scores, errors] = jointCharts({ pck }, found);
  expect(scores!.title).toBe('PCK@0.2 by joint');
  expect(scores!.chart.html).toContain('0.500');
  expect(scores!.chart.html).toContain('tail');
  expect(errors!.legend!.map(({ name }) => name)).toEqual([
    'good',
    'jitter',
    'inversion',
    'swap',
    'miss',
  ]);
  const bars = errors!.chart.html.matchAll(/<rect fill="([^"]+)"[^>]*width="(\d+)"/g);
  const widths = [...bars].map(([, color, width]) => [color, Number(width)] as const);
  const half = widths[0]![1];
  expect(half).toBeGreaterThan(0);
  expect(widths).toEqual([
    ['#3a9d6e', half],
    ['#8cb4e8', 0],
    ['#e8a33d', half],
    ['#b07ad6', 0],
    ['#d9534f', 0],
    ['#3a9d6e', 0],
    ['#8cb4e8', 0],
    ['#e8a33d', 0],
    ['#b07ad6', 0],
    ['#d9534f', 0],
  ]);
});
