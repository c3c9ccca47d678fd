import type { CocoAnnotation, CocoCategory, CocoImage } from '@limber/keypoints';

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
}
