import { blendColor, colorOfHsv, setColor } from '../../rendering/color.ts';
import { hashCell } from '../../rendering/noise.ts';
import { gap } from '../surface-point.ts';
import type { Flooring } from './flooring.ts';
import { wearAt } from './flooring.ts';

/** Square tiles with joints of the second color. */
export const tiles: Flooring = {
  drawColor: (random) =>
    colorOfHsv(random.uniform(), random.uniform(0, 0.15), random.uniform(0.35, 0.85)),
  paint: (looks, point, out) => {
    const { x, y, pixel } = point;
    const size = 0.2 + looks.size;
    const tone = 0.93 + 0.14 * hashCell(Math.floor(x / size), Math.floor(y / size), looks.seed);
    const jointAt = (place: number): number => gap(place / size, 0.012 / size, pixel / size);
    setColor(out, looks.color, wearAt(looks, point) * tone);
    blendColor(out, looks.second, Math.max(jointAt(x), jointAt(y)) * 0.8);
  },
};
