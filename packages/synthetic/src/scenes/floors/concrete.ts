import { setColor } from '../../rendering/color.ts';
import { layeredNoise } from '../../rendering/noise.ts';
import type { Flooring } from './flooring.ts';
import { wearAt } from './flooring.ts';
import { tiles } from './tiles.ts';

/** Concrete with dark and light clouds, of the colors that tiles have. */
export const concrete: Flooring = {
  drawColor: tiles.drawColor,
  paint: (looks, point, out) => {
    const cloud = layeredNoise(point.x * 6, point.y * 6, looks.seed);
    setColor(out, looks.color, wearAt(looks, point) * (0.8 + 0.4 * cloud));
  },
};
