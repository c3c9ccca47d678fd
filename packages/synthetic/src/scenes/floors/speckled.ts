import { blendColor, colorOfHsv, setColor } from '../../rendering/color.ts';
import { hashCell } from '../../rendering/noise.ts';
import { fade, sharpness } from '../surface-point.ts';
import type { Flooring } from './flooring.ts';
import { wearAt } from './flooring.ts';

/** Dark rubber with specks, as gyms have. */
export const speckled: Flooring = {
  drawColor: (random) =>
    colorOfHsv(random.uniform(), random.uniform(0, 0.15), random.uniform(0.1, 0.35)),
  paint: (looks, point, out) => {
    const { x, y, pixel } = point;
    const isSpeck = hashCell(Math.floor(x * 70), Math.floor(y * 70), looks.seed) > 0.9;
    setColor(out, looks.color, wearAt(looks, point));
    blendColor(out, looks.second, fade(isSpeck ? 1 : 0, sharpness(0.02, pixel), 0.1) * 0.7);
  },
};
