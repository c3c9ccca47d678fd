import type { Random, Size } from '@limber/keypoints';
import type { Vec3 } from '../geometry/vector.ts';
import { add } from '../geometry/vector.ts';
import type { Camera } from './camera.ts';
import { createCamera } from './camera.ts';

/** What is to be seen: the middle of it, and how far it reaches from there up, down and to all sides. World metres. */
export interface Subject {
  readonly middle: Vec3;
  readonly halfHeight: number;
  readonly halfWidth: number;
}

/** How often a camera does what, 0 to 1. */
export interface CameraShares {
  /** Cuts off a part of the body. */
  readonly truncation: number;
  /** Bends straight lines. */
  readonly distortion: number;
  /** Looks from far above or from the floor, or is tilted. */
  readonly tilt: number;
}

// even, since the samples of a row are drawn in fours
const shortSides = [192, 204, 216, 228, 240] as const;
const longSides = [240, 252, 264, 276, 288] as const;

/** Draws a camera that looks at a subject: any side, the front and the sides most. */
export function aimCamera(random: Random, subject: Subject, shares: CameraShares): Camera {
  const { middle, halfHeight, halfWidth } = subject;
  const sides = [random.pick(shortSides), random.pick(longSides)] as const;
  const isWide = halfWidth > halfHeight * 1.1;
  const size: Size = isWide
    ? { width: sides[1], height: sides[0] }
    : { width: sides[0], height: sides[1] };
  const turn = drawTurn(random);
  const distance = random.uniform(2.3, 6);
  const isTilted = random.chance(shares.tilt);
  const height = isTilted ? drawSteepHeight(random, distance) : random.uniform(0.45, 1.75);
  const position: Vec3 = [
    middle[0] + Math.sin(turn) * distance,
    Math.max(0.1, height),
    middle[2] + Math.cos(turn) * distance,
  ];
  const share = random.uniform(0.55, 0.82);
  const perMetre = Math.min(
    (size.height * share) / (2 * halfHeight),
    (size.width * Math.min(0.9, share + 0.15)) / (2 * halfWidth),
  );
  const isCut = random.chance(shares.truncation);
  const zoom = isCut ? random.uniform(1, 1.8) : 1;
  const away = Math.hypot(distance, position[1] - middle[1]);
  const focal = perMetre * zoom * away;
  const freeUp = Math.max(0, size.height / (2 * perMetre * zoom) - halfHeight);
  const freeAside = Math.max(0, size.width / (2 * perMetre * zoom) - halfWidth);
  const cut = drawCut(random);
  const rise = isCut ? cut.up * halfHeight : freeUp * random.uniform(-0.75, 0.75);
  const aside = isCut ? cut.aside * halfWidth : freeAside * random.uniform(-0.75, 0.75);
  const shift: Vec3 = [aside * Math.cos(turn), rise, -aside * Math.sin(turn)];
  const corner = (size.width ** 2 + size.height ** 2) / (4 * focal * focal);
  const bend = random.chance(shares.distortion) ? random.uniform(-0.2, 0.07) : 0;
  return createCamera({
    size,
    position,
    target: add(middle, shift),
    roll:
      isTilted && random.chance(0.4) ? random.uniform(-0.5, 0.5) : 0.05 * random.truncatedNormal(),
    focal,
    distortion: bend / corner,
  });
}

/** From above, as from a balcony or a ceiling, or from the floor. */
function drawSteepHeight(random: Random, distance: number): number {
  return random.chance(0.7)
    ? random.uniform(1.9, Math.min(4.5, 0.8 + distance))
    : random.uniform(0.12, 0.45);
}

/** Which part of the body is looked at, in half heights and half widths from its middle. */
function drawCut(random: Random): { readonly up: number; readonly aside: number } {
  const kind = random.uniform();
  const small = random.uniform(-0.2, 0.2);
  if (kind < 0.5) return { up: random.uniform(0.35, 0.9), aside: small };
  if (kind < 0.75) return { up: random.uniform(-0.9, -0.35), aside: small };
  return { up: small, aside: random.pick([1, -1]) * random.uniform(0.4, 1.2) };
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
