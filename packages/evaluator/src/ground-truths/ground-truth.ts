import type {
  CocoAnnotation,
  CocoCategory,
  CocoFile,
  CocoFileCategory,
  CocoImage,
  Derivation,
} from '@limber/keypoints';

/** One true person: all of a COCO annotation enters the evaluation. Frame: imagePx. */
export type TruePerson = CocoAnnotation;

/** What the evaluation reads of a COCO dataset. Every image counts, also one without persons. */
export interface GroundTruth {
  readonly images: readonly Pick<CocoImage, 'id'>[];
  readonly annotations: readonly TruePerson[];
  readonly category: Omit<CocoCategory, 'skeleton'>;
  /** All that are scored, with as many joints; by default `category` alone. */
  readonly categories?: readonly GroundTruth['category'][];
}

/** A COCO file of true keypoints, read for evaluation. */
export interface GroundTruthFile extends GroundTruth {
  /** Name and size of an image where the file gives them. */
  readonly images: CocoFile['images'];
  /** The first of the categories with joints; all of them have as many. */
  readonly category: CocoFileCategory;
  /** Every category with joints. */
  readonly categories: readonly CocoFileCategory[];
  /** Fields that the file does not have, and the rules that they were filled in by. */
  readonly derivations: readonly Derivation[];
}
