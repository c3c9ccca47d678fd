import { blendColor, colorOfHsv, setColor } from '../../rendering/color.ts';
import { layeredNoise, valueNoise } from '../../rendering/noise.ts';
import { fade, sharpness } from '../surface-point.ts';
import type { Flooring } from './flooring.ts';
import { wearAt } from './flooring.ts';

/** A carpet: fine threads, and patches of the second color. */
export const carpet: Flooring = {
  drawColor: (random) =>
    colorOfHsv(random.uniform(), random.uniform(0.1, 0.6), random.uniform(0.2, 0.7)),
  paint: (looks, point, out) => {
    const { x, y, pixel } = point;
    const { seed } = looks;
    const fine = fade(valueNoise(x * 55, y * 55, seed), sharpness(0.02, pixel));
    const patchesPerMetre = 2 + looks.size * 8;
    const patch = layeredNoise(x * patchesPerMetre, y * patchesPerMetre, seed);
    setColor(out, looks.color, wearAt(looks, point) * (0.7 + 0.6 * fine));
    blendColor(out, looks.second, patch * 0.45);
  },
};
