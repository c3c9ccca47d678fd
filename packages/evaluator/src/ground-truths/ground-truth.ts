import type {
  CocoAnnotation,
  CocoCategory,
  CocoFile,
  CocoFileCategory,
  CocoImage,
} from '@limber/keypoints';

/** One true person: all of a COCO annotation enters the evaluation. Frame: imagePx. */
export type TruePerson = CocoAnnotation;

/** What the evaluation reads of a COCO dataset. Every image counts, also one without persons. */
export interface GroundTruth {
  readonly images: readonly Pick<CocoImage, 'id'>[];
  readonly annotations: readonly TruePerson[];
  readonly category: Pick<CocoCategory, 'id' | 'name' | 'keypoints' | 'sigmas'>;
  /** Ids of the annotations whose file gave no `area`: theirs was derived from the box. */
  readonly withoutArea?: readonly number[];
}

/** A COCO file of true keypoints, read for evaluation. */
export interface GroundTruthFile extends GroundTruth {
  /** Name and size of an image where the file gives them. */
  readonly images: CocoFile['images'];
  /** The first of the categories with joints; all of them have as many. */
  readonly category: CocoFileCategory;
  /** Every category with joints. */
  readonly categoryIds: readonly number[];
  readonly withoutArea: readonly number[];
}
