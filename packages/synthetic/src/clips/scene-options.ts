import { LimberError } from '@limber/files';
import type { MotionShares } from '../motions/create-motion.ts';
import { actions } from '../motions/motion-label.ts';
import type { CameraShares } from '../scenes/aim-camera.ts';

/** What clips show, and how often. Shares are parts of the clips, 0 to 1. */
export interface SceneOptions {
  /** How often each action is drawn, against the others; what is not named is not drawn. */
  readonly motions?: MotionShares;
  /** Share with other people besides the one in the middle. */
  readonly companions?: number;
  /** Share with something that stands in the way. */
  readonly obstacles?: number;
  /** Share in which the image cuts off a part of the body. */
  readonly truncation?: number;
  /** Share with a lens that bends straight lines. */
  readonly distortion?: number;
  /** Share with a camera far above, on the floor, or tilted. */
  readonly tilt?: number;
  /** Share with a camera that moves while it takes the image. */
  readonly motionBlur?: number;
  /** Which joints are written, and where annotators put them: those of COCO, or of Leeds Sports Poses. */
  readonly joints?: 'coco-17' | 'lsp-14';
}

/** Everything that decides what clips show. */
export interface SceneShares extends CameraShares {
  readonly motions: MotionShares;
  readonly companions: number;
  readonly obstacles: number;
  readonly motionBlur: number;
  readonly joints: 'coco-17' | 'lsp-14';
}

const defaults: SceneShares = {
  motions: {
    squat: 4,
    standing: 2,
    walking: 2,
    lunge: 1,
    bending: 1,
    sitting: 1,
    lying: 1,
    hanging: 0.5,
    inverted: 0.5,
    athletic: 2,
  },
  companions: 0.3,
  obstacles: 0.2,
  truncation: 0.12,
  distortion: 0.3,
  tilt: 0.2,
  motionBlur: 0.1,
  joints: 'coco-17',
};

/**
 * Fills in what is not said.
 *
 * @throws {LimberError} `invalid-argument` for a share out of its range, or motions of which nothing is drawn.
 */
export function fillSceneOptions(options: SceneOptions): SceneShares {
  const { motions = defaults.motions, joints = defaults.joints } = options;
  const shareOf = (name: Exclude<keyof SceneShares, 'motions' | 'joints'>): number => {
    const share = options[name] ?? defaults[name];
    if (share >= 0 && share <= 1) return share;
    throw outOfRange(name, 'a number from 0 to 1', share);
  };
  const weights = actions.map((action) => motions[action] ?? 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.some((weight) => !(weight >= 0)) || !(total > 0 && total < Infinity)) {
    throw outOfRange(
      'motions',
      'numbers from 0, of which one at least is above 0',
      JSON.stringify(motions),
    );
  }
  return {
    motions,
    joints,
    companions: shareOf('companions'),
    obstacles: shareOf('obstacles'),
    truncation: shareOf('truncation'),
    distortion: shareOf('distortion'),
    tilt: shareOf('tilt'),
    motionBlur: shareOf('motionBlur'),
  };
}

/** The error for an option that is out of its range. */
export function outOfRange(name: string, expected: string, got: string | number): LimberError {
  return new LimberError('invalid-argument', {
    where: `synthetic source: ${name}`,
    what: 'out of range',
    expected,
    got: String(got),
  });
}
