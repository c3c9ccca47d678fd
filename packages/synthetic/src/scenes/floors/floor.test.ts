import { createRandom } from '@limber/keypoints';
import { expect, test } from 'vitest';
import { boards } from './boards.ts';
import { carpet } from './carpet.ts';
import { concrete } from './concrete.ts';
import { createFloor, paintFloor } from './floor.ts';
import { grass } from './grass.ts';
import { speckled } from './speckled.ts';
import { tiles } from './tiles.ts';

const floor = { ...createFloor(createRandom(3), false), mat: null };

/** The reds of a floor over half a metre, as pixels of a size see it. */
function redsOf(painted: typeof floor, pixel: number): number[] {
  const out = new Float32Array(3);
  return Array.from({ length: 400 }, (_, at) => {
    paintFloor(painted, { x: (at % 20) * 0.025, y: Math.floor(at / 20) * 0.025, pixel }, out);
    expect(out.every((value) => value >= 0 && value < 2)).toBe(true);
    return out[0]!;
  });
}

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

test.each(Object.entries({ boards, carpet, concrete, grass, speckled, tiles }))(
  '%s: a pattern of its own color, the same every time',
  (_, flooring) => {
    const color = flooring.drawColor(createRandom(5));
    for (const channel of color) expect(channel).toBeGreaterThanOrEqual(0);
    const reds = redsOf({ ...floor, flooring, color }, 0.002);
    expect(spread(reds)).toBeGreaterThan(0.01);
    expect(redsOf({ ...floor, flooring, color }, 0.002)).toEqual(reds);
  },
);

test.each(Object.entries({ boards, carpet, speckled }))(
  '%s: fine detail fades where a pixel covers more than it',
  (_, flooring) => {
    const near = redsOf({ ...floor, flooring }, 0.002);
    expect(spread(redsOf({ ...floor, flooring }, 1))).toBeLessThan(spread(near));
  },
);

test('a mat covers the floor under the person', () => {
  const mat = { x: 0.5, z: 0.3, color: [1, 0, 0] as const };
  const covered = { ...floor, mat };
  const out = new Float32Array(3);
  paintFloor(covered, { x: 0.4, y: -0.2, pixel: 0.01 }, out);
  expect(out[0]).toBeGreaterThan(0.9);
  expect(out[1]).toBe(0);
  paintFloor(covered, { x: 0.6, y: -0.2, pixel: 0.01 }, out);
  expect(out[1]).toBeGreaterThan(0);
});
