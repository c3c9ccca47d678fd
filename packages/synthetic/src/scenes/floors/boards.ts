import { colorOfHsv, setColor } from '../../rendering/color.ts';
import { hashCell, valueNoise } from '../../rendering/noise.ts';
import { fade, gap, sharpness } from '../surface-point.ts';
import type { Flooring } from './flooring.ts';
import { wearAt } from './flooring.ts';

/** Wooden boards of several lengths. */
export const boards: Flooring = {
  drawColor: (random) =>
    colorOfHsv(random.uniform(0.05, 0.11), random.uniform(0.25, 0.65), random.uniform(0.3, 0.8)),
  paint: (looks, point, out) => {
    const { x, y, pixel } = point;
    const { seed } = looks;
    const width = 0.06 + looks.size * 0.3;
    const board = Math.floor(x / width);
    const length = 0.9 + hashCell(board, 5, seed);
    const piece = Math.floor(y / length + hashCell(board, 9, seed));
    const tone = 0.75 + 0.5 * hashCell(board, piece, seed);
    const grain = 0.9 + 0.2 * fade(valueNoise(x * 90, y * 4, seed), sharpness(0.012, pixel));
    const joint = gap(x / width, 0.006 / width, pixel / width);
    setColor(out, looks.color, wearAt(looks, point) * tone * grain * (1 - 0.6 * joint));
  },
};
