import type { Random, Size, Skeleton } from '@limber/keypoints';
import { clipBox, regionOfBox } from '@limber/keypoints';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { paddedBox } from '../regions/padded-box.ts';
import type { PreparedAugmentation } from './prepare-augmentation.ts';
import type { View } from './view.ts';

/** What the views of all persons have in common. */
export interface ViewOptions {
  readonly skeleton: Skeleton;
  /** Of the model. */
  readonly inputSize: Size;
  /** null: the padded box, upright. */
  readonly augmentation: Pick<PreparedAugmentation, 'changeView'> | null;
}

/**
 * Draws the view of one person: the box with its padding, or half of the body, moved, scaled and turned.
 * The region only then grows to the input's aspect ratio, as MMPose does.
 *
 * @param random - a pure function of (seed, epoch, person).
 */
export function drawView(row: KeypointRow, options: ViewOptions, random: Random): View {
  const { skeleton, inputSize, augmentation } = options;
  const box = clipBox(row.bbox, row.imageSize);
  if (augmentation === null) {
    return { region: regionOfBox(box, inputSize), rotationDegrees: 0, isFlipped: false };
  }
  const { keypoints } = row;
  const view = augmentation.changeView(
    { region: paddedBox(box), rotationDegrees: 0, isFlipped: false },
    { keypoints, skeleton, random },
  );
  const { center, size } = view.region;
  const { width, height } = size;
  const left = center.x - width / 2;
  const top = center.y - height / 2;
  return { ...view, region: regionOfBox([left, top, width, height], inputSize, 1) };
}
