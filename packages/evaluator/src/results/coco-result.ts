/** One detected person, as COCO's result files have it. */
export interface CocoResult {
  readonly image_id: number;
  readonly category_id: number;
  /** K times x, y (imagePx), score. The scores of joints do not enter AP. */
  readonly keypoints: readonly number[];
  /** Confidence in the person: the order in which detections are matched and ranked. */
  readonly score: number;
  /** x, y, width, height in imagePx. Its area, where given, decides if the person is medium or large. */
  readonly bbox?: readonly number[];
  /** Not read: as in pycocotools, the area is that of the box, else of the smallest box around all joints. */
  readonly area?: number;
}
