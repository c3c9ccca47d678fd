/** `keypoint`: the mean of the joints alone. */
export type ScoreMode = 'bbox' | 'bbox_keypoint' | 'bbox_rle' | 'keypoint';

export const scoreModes: readonly ScoreMode[] = ['bbox', 'bbox_keypoint', 'bbox_rle', 'keypoint'];

export type NmsMode = 'oks_nms' | 'soft_oks_nms' | 'none';

export const nmsModes: readonly NmsMode[] = ['oks_nms', 'soft_oks_nms', 'none'];

/** Settings of MMPose's CocoMetric, by its names and with its defaults. */
export interface MmposeOptions {
  /** How a result's score comes about from the score of its box and those of its joints. */
  readonly scoreMode?: ScoreMode;
  /** In `bbox_keypoint`, joints count whose score is higher than this. */
  readonly keypointScoreThreshold?: number;
  /** How near-identical persons are thinned out. */
  readonly nmsMode?: NmsMode;
  /** Similarity from which two results are taken for the same person. */
  readonly nmsThreshold?: number;
}

export const mmposeDefaults: Required<MmposeOptions> = {
  scoreMode: 'bbox_keypoint',
  keypointScoreThreshold: 0.2,
  nmsMode: 'oks_nms',
  nmsThreshold: 0.9,
};
