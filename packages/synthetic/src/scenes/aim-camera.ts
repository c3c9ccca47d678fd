import type { Random } from '@limber/keypoints';
import type { Vec3 } from '../geometry/vector.ts';
import type { Person } from '../people/person.ts';
import type { Camera } from './camera.ts';
import { createCamera } from './camera.ts';

const widths = [192, 204, 216, 228, 240] as const;
const heights = [240, 252, 264, 276, 288] as const;

/** Draws a camera that looks at the place where a person stands: any side, the front and the sides most. */
export function aimCamera(random: Random, person: Person): Camera {
  const size = { width: random.pick(widths), height: random.pick(heights) };
  const turn = drawTurn(random);
  const distance = random.uniform(2.3, 6);
  const height = random.chance(0.15) ? random.uniform(1.8, 2.6) : random.uniform(0.45, 1.75);
  const personPx = Math.min(random.uniform(150, 220), size.height * 0.8);
  const zoom = (personPx * distance) / person.height;
  const metresPerPixel = person.height / personPx;
  const freedom = 0.5 * (size.height - personPx) * metresPerPixel;
  const position: Vec3 = [Math.sin(turn) * distance, height, Math.cos(turn) * distance];
  // some images cut off the head or the feet
  const isCut = random.chance(0.03);
  const cut = freedom + person.height * random.uniform(0.08, 0.3);
  const shift = isCut ? cut * random.pick([-1, 1]) : freedom * random.uniform(-0.75, 0.75);
  const aside = random.uniform(-0.28, 0.28);
  const target: Vec3 = [
    aside * Math.cos(turn),
    person.height * 0.5 + shift,
    -aside * Math.sin(turn),
  ];
  return createCamera({
    size,
    position,
    target,
    roll: 0.05 * random.truncatedNormal(),
    focal: zoom,
  });
}

/** Where the camera stands around the person: 0 in front, a quarter turn on the person's left. Radians. */
function drawTurn(random: Random): number {
  const near = (middle: number, spread: number): number =>
    (middle + spread * random.uniform(-1, 1)) * Math.PI;
  const kind = random.uniform();
  if (kind < 0.32) return near(0, 0.14);
  if (kind < 0.58) return near(random.pick([0.5, -0.5]), 0.1);
  if (kind < 0.66) return near(1, 0.14);
  return near(0, 1);
}
