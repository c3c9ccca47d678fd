import type { Blur } from './blur.ts';
import type { CoarseDropout } from './coarse-dropout.ts';
import type { HalfBody } from './half-body.ts';
import type { PhotometricDistortion } from './photometric.ts';
import type { YoloxHsv } from './yolox-hsv.ts';

/**
 * What is changed at random in each person, each time the person is shown. Names, defaults and meaning are MMPose's
 * (`RandomFlip`, `RandomHalfBody`, `RandomBBoxTransform`, `PhotometricDistortion`, `YOLOXHSVRandomAug`) and Albumentations'
 * (`Blur`, `MedianBlur`, `CoarseDropout`, as RTMPose uses them).
 *
 * Shift, scale and rotation are drawn from a normal distribution of standard deviation 1 cut at -1 and 1, times the range.
 */
export interface Augmentation {
  /** How often the image is mirrored and left and right joints change places, 0 to 1. */
  readonly flipProbability: number;
  /** null: never. */
  readonly halfBody: HalfBody | null;
  /** Moves the region by up to `factor` times the padded box, horizontally and vertically. */
  readonly shift: { readonly probability: number; readonly factor: number };
  /** Factors on the region's size: above 1 the person looks smaller. */
  readonly scale: readonly [low: number, high: number];
  readonly scaleProbability: number;
  /** Turns the image by up to `degrees` either way. */
  readonly rotation: { readonly probability: number; readonly degrees: number };
  /** null: never. */
  readonly photometric: PhotometricDistortion | null;
  /** null: never. */
  readonly hsv: YoloxHsv | null;
  /** The mean of squares; null: never. */
  readonly blur: Blur | null;
  /** The median of squares; null: never. */
  readonly medianBlur: Blur | null;
  /** null: never. */
  readonly coarseDropout: CoarseDropout | null;
  /**
   * The changes in the order in which they are made, by their names here (`flip` for `flipProbability`), first those of the view
   * (`halfBody`, `shift`, `scale`, `rotation`, `flip`), then those of the pixels. A path that begins with `./`, `../` or `/` is a
   * function of the user's own, see `AugmentationFunction`.
   */
  readonly order: readonly string[];
}
