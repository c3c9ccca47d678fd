import type { Random } from '@limber/keypoints';

/** The two sides of a body. */
export const sides = ['left', 'right'] as const;
export type Side = (typeof sides)[number];

/** +1 on the person's left, where x is positive, -1 on the right. */
export function signOf(side: Side): 1 | -1 {
  return side === 'left' ? 1 : -1;
}

/** The same thing made for both sides, the left one first. */
export function bothSides<T>(make: (side: Side) => T): Record<Side, T> {
  return { left: make('left'), right: make('right') };
}

/** The build of a person. Lengths in metres. */
export interface Person {
  readonly height: number;
  readonly ankleHeight: number;
  readonly shin: number;
  readonly thigh: number;
  readonly hipHalfWidth: number;
  /** From the middle of the hips to the bend of the back. */
  readonly lumbar: number;
  /** From the bend of the back to the middle of the shoulders. */
  readonly thorax: number;
  readonly shoulderHalfWidth: number;
  readonly upperArm: number;
  readonly forearm: number;
  readonly neck: number;
  /** Size of the head against one of 0.228 m. */
  readonly headScale: number;
  readonly footLength: number;
  /** Thickness of torso and limbs, 1 on average. */
  readonly girth: number;
  /** Thickness of the waist beyond `girth`, 0 for none. */
  readonly belly: number;
  /** Thickness of arms, calves and shoulders, 1 on average. */
  readonly muscle: number;
  /** 0 narrow hips and wide shoulders, 1 wide hips, narrow waist and a bust. */
  readonly curves: number;
}

/**
 * Draws the build of a person. Mean segment lengths as parts of the height:
 * Drillis and Contini 1966, as given by Winter, Biomechanics and Motor Control of Human Movement, figure 4.1.
 */
export function createPerson(random: Random): Person {
  const curves = random.chance(0.5) ? random.uniform(0.6, 1) : random.uniform(0, 0.3);
  const height = 1.78 - 0.12 * curves + 0.07 * random.truncatedNormal();
  const legs = 1 + 0.035 * random.truncatedNormal();
  const arms = 1 + 0.04 * random.truncatedNormal();
  const varied = (part: number, spread: number): number =>
    part * height * (1 + spread * random.truncatedNormal());
  const torso = 0.293 * height * (2.15 - 1.15 * legs);
  return {
    height,
    ankleHeight: varied(0.042, 0.05),
    shin: varied(0.242, 0.03) * legs,
    thigh: varied(0.241, 0.03) * legs,
    hipHalfWidth: varied(0.05, 0.05) * (1 + 0.08 * curves),
    lumbar: torso * 0.36,
    thorax: torso * 0.64,
    shoulderHalfWidth: varied(0.107, 0.05) * (1 - 0.1 * curves),
    upperArm: varied(0.178, 0.03) * arms,
    forearm: varied(0.146, 0.03) * arms,
    neck: varied(0.062, 0.12),
    headScale: (1 + 0.05 * random.truncatedNormal()) * (1 - 0.03 * curves),
    footLength: varied(0.152, 0.04),
    girth: 1 + 0.16 * random.truncatedNormal() + (random.chance(0.2) ? random.uniform(0, 0.2) : 0),
    belly: random.chance(0.3) ? random.uniform(0, 0.3) : 0,
    muscle: 1 + 0.14 * random.truncatedNormal() - 0.08 * curves,
    curves,
  };
}
