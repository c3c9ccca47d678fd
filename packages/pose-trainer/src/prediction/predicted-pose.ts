import type { Box } from '@limber/keypoints';

/** One person that was found. */
export interface PredictedPose {
  /** K times x, y (imagePx), score (0 to 1), in the order of the skeleton, as in COCO's result files. */
  readonly keypoints: readonly number[];
  /** Where the person was looked for: x, y, width, height in imagePx. */
  readonly box: Box;
  /** Mean of the joints' scores, times that of the detector if it found the person. */
  readonly score: number;
}
