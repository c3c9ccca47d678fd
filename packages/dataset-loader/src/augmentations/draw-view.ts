<<<<<<< HEAD
import type { Random, Size, Skeleton } from '@limber/keypoints';
import { regionOfBox } from '@limber/keypoints';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { clipBox } from '../regions/clip-box.ts';
import { paddedBox } from '../regions/padded-box.ts';
import type { PreparedAugmentation } from './prepare-augmentation.ts';
=======
import type { Random, Region, Size, Skeleton } from '@limber/keypoints';
import { clipBox, defaultBoxPadding, regionOfBox } from '@limber/keypoints';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import type { Augmentation } from './augmentation.ts';
import { viewChanges } from './augmentation.ts';
>>>>>>> 2dd89280dff2b5b5d1d7611b511173d5cf9534c6
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
