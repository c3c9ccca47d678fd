import type { Size } from '@limber/keypoints';
import type { Augmentation } from '../augmentations/augmentation.ts';
import type { HalfBody } from '../augmentations/half-body.ts';

/** How far a model may look away from a person: what a stored crop must hold. */
export interface Reach {
  /** Largest factor on the region's size, >= 1. */
  readonly scale: number;
  /** Largest move, in sides of the region before it was scaled. */
  readonly shift: number;
  /** Largest turn either way, 0 to 90; turning further shows nothing else. */
  readonly degrees: number;
  /** Which halves of persons may be shown alone; null: none. */
  readonly halfBody: HalfBodyReach | null;
}

/** Which halves count as halves, and how much is shown around them. */
export type HalfBodyReach = Pick<
  HalfBody,
  'padding' | 'minTotalKeypoints' | 'minUpperKeypoints' | 'minLowerKeypoints'
>;

const uprightReach: Reach = { scale: 1, shift: 0, degrees: 0, halfBody: null };

/** The reach of an augmentation; of null, that of a person upright in the middle. */
export function reachOf(augmentation: Augmentation | null): Reach {
  if (augmentation === null) return uprightReach;
  const { shift, rotation, halfBody, order } = augmentation;
  const scale = augmentation.scaleProbability > 0 ? Math.max(1, augmentation.scale[1]) : 1;
  // a region that was scaled before is moved by its own, larger sides
  const isScaledFirst = order.indexOf('scale') < order.indexOf('shift');
  const moved = shift.probability > 0 ? shift.factor * (isScaledFirst ? scale : 1) : 0;
  return {
    scale,
    shift: moved,
    degrees: rotation.probability > 0 ? Math.min(90, rotation.degrees) : 0,
    halfBody: halfBody !== null && halfBody.probability > 0 ? pickHalfBody(halfBody) : null,
  };
}

/** The reach that holds all that each of several shows. */
export function widestReach(reaches: readonly Reach[]): Reach {
  return reaches.reduce((one, other) => ({
    scale: Math.max(one.scale, other.scale),
    shift: Math.max(one.shift, other.shift),
    degrees: Math.max(one.degrees, other.degrees),
    halfBody: widestHalfBody(one.halfBody, other.halfBody),
  }));
}

function widestHalfBody(
  one: HalfBodyReach | null,
  other: HalfBodyReach | null,
): HalfBodyReach | null {
  if (one === null || other === null) return one ?? other;
  return {
    padding: Math.max(one.padding, other.padding),
    minTotalKeypoints: Math.min(one.minTotalKeypoints, other.minTotalKeypoints),
    minUpperKeypoints: Math.min(one.minUpperKeypoints, other.minUpperKeypoints),
    minLowerKeypoints: Math.min(one.minLowerKeypoints, other.minLowerKeypoints),
  };
}

function pickHalfBody(halfBody: HalfBody): HalfBodyReach {
  const { padding, minTotalKeypoints, minUpperKeypoints, minLowerKeypoints } = halfBody;
  return { padding, minTotalKeypoints, minUpperKeypoints, minLowerKeypoints };
}

/**
 * How far a region reaches from its centre, turned by any angle up to `degrees` either way, in parts of its
 * width.
 */
export function turnedReach(input: Size, degrees: number): { x: number; y: number } {
  const ratio = input.height / input.width;
  const limit = (degrees * Math.PI) / 180;
  const half = (along: number, across: number): number =>
    // a rectangle is widest where its diagonal lies flat
    limit >= Math.atan2(across, along)
      ? Math.hypot(along, across) / 2
      : (Math.cos(limit) * along + Math.sin(limit) * across) / 2;
  return { x: half(1, ratio), y: half(ratio, 1) };
}

/**
 * Whether crops that are cut for one reach hold all that another shows, of persons of any shape, at inputs
 * of other aspect ratios too.
 */
export function coversReach(
  packed: { readonly reach: Reach; readonly inputSize: Size },
  wanted: { readonly reach: Reach; readonly inputSize: Size },
): boolean {
  const [held, shown] = [spansOf(packed), spansOf(wanted)];
  return (
    shown.every((span, at) => span <= held[at]! * (1 + roundingError)) &&
    wanted.reach.shift <= packed.reach.shift &&
    coversHalfBody(packed.reach.halfBody, wanted.reach.halfBody)
  );
}

const roundingError = 1e-9;

/**
 * How far is looked in x and y, in parts of the box's side that the region takes its size from: its width of
 * a wide box, its height of a tall one.
 */
function spansOf({
  reach,
  inputSize,
}: {
  readonly reach: Reach;
  readonly inputSize: Size;
}): readonly number[] {
  const { x, y } = turnedReach(inputSize, reach.degrees);
  const aspect = inputSize.width / inputSize.height;
  return [x, y, x * aspect, y * aspect].map((span) => span * reach.scale);
}

function coversHalfBody(packed: HalfBodyReach | null, wanted: HalfBodyReach | null): boolean {
  if (wanted === null) return true;
  if (packed === null) return false;
  return (
    wanted.padding <= packed.padding &&
    wanted.minTotalKeypoints >= packed.minTotalKeypoints &&
    wanted.minUpperKeypoints >= packed.minUpperKeypoints &&
    wanted.minLowerKeypoints >= packed.minLowerKeypoints
  );
}

/** A reach in words, for errors. */
export function describeReach({
  reach,
  inputSize,
}: {
  readonly reach: Reach;
  readonly inputSize: Size;
}): string {
  const { scale, shift, degrees, halfBody } = reach;
  const halves =
    halfBody === null
      ? 'no half bodies'
      : `half bodies with padding ${halfBody.padding} from ${halfBody.minTotalKeypoints} joints on (${halfBody.minUpperKeypoints} of the upper, ${halfBody.minLowerKeypoints} of the lower half)`;
  return `scale ${scale}, shift ${shift}, rotation ${degrees} and ${halves} at ${inputSize.height}x${inputSize.width}`;
}
