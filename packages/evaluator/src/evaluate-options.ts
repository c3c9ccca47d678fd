import type { AreaRange } from './coco-protocol.ts';
import type { PersonArea } from './conventions/convention.ts';
import type { Convention } from './conventions/convention.ts';
import type { MmposeOptions } from './conventions/rescore-as-mmpose.ts';

export interface EvaluateKeypointsOptions {
  /** [K] spread per joint; by default the category's own, else those of COCO-17 by the joints' names. */
  readonly sigmas?: readonly number[];
  /** Categories to score, all with the joints of the ground truth's category; by default that one alone. */
  readonly categoryIds?: readonly number[];
  /** Detections that count in one image and category, the best-scored first. */
  readonly maxDetections?: number;
  /** Sizes of persons that are scored by themselves too; the first is to be `all`. */
  readonly areaRanges?: readonly AreaRange[];
  /** Where the area of a true person comes from. */
  readonly personArea?: PersonArea;
  /** Whose numbers are to be computed. */
  readonly convention?: Convention;
  /** Settings of the convention `mmpose`. */
  readonly mmpose?: MmposeOptions;
  /** Compute what pycocotools computes where it ought to refuse: NaN, id 0, ids given twice, unknown categories. */
  readonly lenient?: boolean;
}
