import type { CocoAnnotation, CocoCategory, CocoImage } from '@limber/keypoints/core';

/** One true person: what the evaluation reads of a COCO annotation. Frame: imagePx. */
export type TruePerson = Pick<
  CocoAnnotation,
  'id' | 'image_id' | 'category_id' | 'keypoints' | 'num_keypoints' | 'bbox' | 'area' | 'iscrowd'
>;

/** What the evaluation reads of a COCO dataset. Every image counts, also one without persons. */
export interface GroundTruth {
  readonly images: readonly Pick<CocoImage, 'id'>[];
  readonly annotations: readonly TruePerson[];
  readonly category: Pick<CocoCategory, 'id' | 'name' | 'keypoints' | 'sigmas'>;
  /** Ids of the annotations whose file gave no `area`: theirs here is 0.53 of the box. */
  readonly withoutArea?: readonly number[];
}

/** A COCO file of true keypoints, read for evaluation. */
export interface GroundTruthFile extends GroundTruth {
  /** Name and size of a picture where the file gives them. */
  readonly images: readonly (Pick<CocoImage, 'id'> &
    Partial<Pick<CocoImage, 'file_name' | 'width' | 'height'>>)[];
  /** The first of the categories with joints; all of them have as many. */
  readonly category: Pick<CocoCategory, 'id' | 'name' | 'keypoints' | 'sigmas'> &
    Partial<Pick<CocoCategory, 'skeleton'>>;
  /** Every category with joints. */
  readonly categoryIds: readonly number[];
  readonly withoutArea: readonly number[];
}
