import { colorOfHsv } from '../../rendering/color.ts';
import { carpet } from './carpet.ts';
import type { Flooring } from './flooring.ts';

/** A lawn: a green carpet. */
export const grass: Flooring = {
  ...carpet,
  drawColor: (random) =>
    colorOfHsv(random.uniform(0.2, 0.32), random.uniform(0.3, 0.6), random.uniform(0.3, 0.55)),
};
