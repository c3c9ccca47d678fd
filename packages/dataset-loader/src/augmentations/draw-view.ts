import type { Random, Region, Size, Skeleton } from '@limber/keypoints';
import { defaultBoxPadding, regionOfBox } from '@limber/keypoints';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { clipBox } from '../regions/clip-box.ts';
import type { Augmentation } from './augmentation.ts';
import { halfBodyRegion } from './half-body.ts';

/** How a model looks at a photograph. */
export interface View {
  /** imagePx, of the input's aspect ratio. */
  readonly region: Region;
  /** Clockwise turn of the picture. */
  readonly rotationDegrees: number;
  /** Whether the picture is mirrored, and left and right joints change places. */
  readonly isFlipped: boolean;
}

/**
 * Draws how one person is looked at: the box with its padding, or half of the body, moved, scaled and turned.
 *
 * Every transform has a stream of its own, so that switching one off leaves the others as they were.
 *
 * @param augmentation - null: the padded box, upright.
 * @param random - a pure function of (seed, epoch, person).
 */
export function drawView(
  row: KeypointRow,
  skeleton: Skeleton,
  input: Size,
  augmentation: Augmentation | null,
  random: Random,
): View {
  const box = clipBox(row.bbox, row.imageSize);
  if (augmentation === null) {
    return { region: regionOfBox(box, input), rotationDegrees: 0, isFlipped: false };
  }
  const { flipProbability, halfBody, rotation } = augmentation;
  const half =
    halfBody === null
      ? undefined
      : halfBodyRegion(row.keypoints, skeleton, halfBody, random.fork('half-body'));
  const turn = random.fork('rotation');
  return {
    region: moveRegion(half ?? paddedBox(box), input, augmentation, random),
    rotationDegrees: turn.chance(rotation.probability)
      ? turn.truncatedNormal() * rotation.degrees
      : 0,
    isFlipped: random.fork('flip').chance(flipProbability),
  };
}

function paddedBox([x, y, width, height]: KeypointRow['bbox']): Region {
  return {
    center: { x: x + width / 2, y: y + height / 2 },
    size: { width: width * defaultBoxPadding, height: height * defaultBoxPadding },
  };
}

/** Shifts by parts of the region's own sides, scales, and only then grows to the aspect ratio, as MMPose does. */
function moveRegion(
  { center, size }: Region,
  input: Size,
  { shift, scale, scaleProbability }: Augmentation,
  random: Random,
): Region {
  const move = random.fork('shift');
  const isShifted = move.chance(shift.probability);
  const offset = (side: number): number =>
    isShifted ? move.truncatedNormal() * shift.factor * side : 0;
  const x = center.x + offset(size.width);
  const y = center.y + offset(size.height);
  const resize = random.fork('scale');
  const [low, high] = scale;
  const factor = resize.chance(scaleProbability)
    ? (high + low) / 2 + (resize.truncatedNormal() * (high - low)) / 2
    : 1;
  const width = size.width * factor;
  const height = size.height * factor;
  return regionOfBox([x - width / 2, y - height / 2, width, height], input, 1);
}
