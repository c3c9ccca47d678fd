import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toWorld, turnFrame, worldFrame } from './frame.ts';
import { cross, dot, lengthOf, subtract } from './vector.ts';

const angle = fc.double({ min: -3, max: 3, noNaN: true });

test('a turned frame stays right-handed with unit directions', () => {
  fc.assert(
    fc.property(angle, angle, angle, (yaw, pitch, roll) => {
      const { left, up, front } = turnFrame(worldFrame, { yaw, pitch, roll });
      expect(lengthOf(left)).toBeCloseTo(1, 12);
      expect(dot(left, up)).toBeCloseTo(0, 12);
      expect(lengthOf(subtract(cross(left, up), front))).toBeCloseTo(0, 12);
    }),
  );
});

test('yaw turns to the left, pitch bows, roll leans to the left', () => {
  expect(turnFrame(worldFrame, { yaw: 0.1 }).front[0]).toBeGreaterThan(0);
  expect(turnFrame(worldFrame, { pitch: 0.1 }).up[2]).toBeGreaterThan(0);
  expect(turnFrame(worldFrame, { roll: 0.1 }).up[0]).toBeGreaterThan(0);
});

test('an offset counts from the origin along left, up and front', () => {
  const frame = { ...turnFrame(worldFrame, { yaw: Math.PI / 2 }), origin: [1, 2, 3] as const };
  const [x, y, z] = toWorld(frame, [0, 0.5, 2]);
  expect([x, y, z].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([3, 2.5, 3]);
});
