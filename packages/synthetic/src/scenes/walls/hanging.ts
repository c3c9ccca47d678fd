import type { Random } from '@limber/keypoints';
import type { Color } from '../../rendering/color.ts';
import { randomColor, setColor } from '../../rendering/color.ts';
import type { SurfacePoint } from '../surface-point.ts';

/** A poster, window, door or sign on a wall: place of its middle and half size, metres. */
export interface Hanging {
  readonly shape: 'rectangle' | 'round' | 'window' | 'stripes';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: Color;
  readonly second: Color;
}

/** Draws something to hang on a wall. */
export function createHanging(random: Random): Hanging {
  return {
    shape: random.pick(['rectangle', 'rectangle', 'round', 'window', 'stripes'] as const),
    x: random.uniform(-3, 3),
    y: random.uniform(0.2, 2.6),
    width: random.uniform(0.1, 0.8),
    height: random.uniform(0.1, 0.9),
    color: randomColor(random),
    second: randomColor(random),
  };
}

/** Writes the color of a hanging into `out` where it covers the place. */
export function paintHanging(hanging: Hanging, point: SurfacePoint, out: Float32Array): void {
  const dx = (point.x - hanging.x) / hanging.width;
  const dy = (point.y - hanging.y) / hanging.height;
  const ax = Math.abs(dx);
  const ay = Math.abs(dy);
  if (ax > 1 || ay > 1) return;
  switch (hanging.shape) {
    case 'rectangle':
      setColor(out, ax > 0.92 || ay > 0.92 ? hanging.second : hanging.color, 1);
      return;
    case 'round': {
      const radius = dx * dx + dy * dy;
      if (radius < 1) setColor(out, radius < 0.5 ? hanging.color : hanging.second, 1);
      return;
    }
    case 'window': {
      const isFrame = ax > 0.92 || ay > 0.92 || ax < 0.05 || ay < 0.04;
      setColor(out, isFrame ? hanging.second : hanging.color, isFrame ? 0.8 : 1 + 0.5 * dy);
      return;
    }
    case 'stripes':
      setColor(out, Math.floor((dx + dy) * 4) % 2 === 0 ? hanging.color : hanging.second, 1);
  }
}
