import type { Box } from '../geometry/box.ts';
import type { Skeleton } from '../skeletons/skeleton.ts';
import type { SourceId } from './id-numbers.ts';
import type { MachineLabel } from './machine-label.ts';

/** An image of a COCO dataset. */
export interface CocoImage {
  readonly id: number;
  /** Path below the folder of images. */
  readonly file_name: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** What the image shares with near-identical ones (clip, person, folder): a split never cuts a group. */
  readonly group?: string;
  /** The id in the file that the image came from, where `id` is another. */
  readonly source_id?: SourceId;
  /** Of the bytes of the image file, 64 hexadecimal digits; a built dataset has it. */
  readonly sha256?: string;
}

/** One person of a COCO dataset, every field present. */
export interface CocoAnnotation {
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  /** K times x, y (image pixels), v: 0 not labelled, 1 labelled but hidden, 2 visible. */
  readonly keypoints: readonly number[];
  /** How many joints have v > 0. */
  readonly num_keypoints: number;
  /** Image pixels. */
  readonly bbox: Box;
  /** Square pixels of the person's outline. */
  readonly area: number;
  /** Set where `area` is derived from the box, for want of a known one. */
  readonly area_source?: 'bbox';
  /** 1 where the annotation covers a crowd that has no keypoints of its own. */
  readonly iscrowd: 0 | 1;
  /** The id in the file that the person came from, where `id` is another. */
  readonly source_id?: SourceId;
  /** Set where a model made the label, not a person. */
  readonly machine_label?: MachineLabel;
}

/** A category whose objects have joints. */
export interface CocoCategory {
  readonly id: number;
  readonly name: string;
  readonly keypoints: readonly string[];
  /** Limbs as index pairs from 1. */
  readonly skeleton: readonly (readonly [number, number])[];
  /** A spread for each joint. */
  readonly sigmas?: readonly number[];
  /** Joints whose spread is assumed, for want of a known one. */
  readonly assumed_sigmas?: readonly string[];
  /** Joints that change places when an image is mirrored; absent where that is not known. */
  readonly pairs?: readonly (readonly [left: string, right: string])[];
  /** Sets of joints by name, such as `face`, where they are stated. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** A field that the file did not have, the rule that filled it, and how often. */
export interface Derivation {
  readonly field:
    | 'area'
    | 'bbox'
    | 'iscrowd'
    | 'keypoints'
    | 'id'
    | 'file_name'
    | 'width, height'
    | 'category.keypoints'
    | 'num_keypoints'
    | 'category.id'
    | 'category.name'
    | 'category.skeleton'
    | 'sigmas'
    | 'pairs';
  readonly rule: string;
  readonly count: number;
}

/** Something doubtful in the data that does not stop it from being read. */
export interface Finding {
  readonly kind:
    | 'assumed-sigmas'
    | 'unknown-pairs'
    | 'point-outside-image'
    | 'box-outside-image'
    | 'empty-box'
    | 'no-area'
    | 'count-disagrees';
  /** Such as `annotations[0] (id 1).keypoints[7] (left_hip)`. */
  readonly where: string;
  readonly message: string;
  /** `file_name` of the image, where it is about a person, */
  readonly image?: string;
  /** and the person's place among those of the image, from 0. */
  readonly person?: number;
}

/** A COCO keypoint dataset in full form, one category, with what was filled in and what is doubtful. */
export interface CocoDataset {
  readonly images: readonly CocoImage[];
  readonly annotations: readonly CocoAnnotation[];
  readonly category: CocoCategory;
  readonly skeleton: Skeleton;
  readonly derivations: readonly Derivation[];
  readonly findings: readonly Finding[];
}

/** An image as it stands in a file: name and size where it gives them. */
export type CocoFileImage = Pick<CocoImage, 'id'> & Partial<CocoImage>;

/** A category as it stands in a file: limbs, sigmas and pairs where it gives them. */
export type CocoFileCategory = Omit<CocoCategory, 'skeleton'> &
  Partial<Pick<CocoCategory, 'skeleton'>>;

/** A COCO keypoint file whose annotations are complete, but whose ids and ranges are not checked. */
export interface CocoFile {
  readonly images: readonly CocoFileImage[];
  readonly annotations: readonly CocoAnnotation[];
  /** Those with joints, at least one. */
  readonly categories: readonly CocoFileCategory[];
  /** Those of annotations, and of the ids and names of categories. */
  readonly derivations: readonly Derivation[];
  /** The place of each annotation in the list of the file, if annotations without joints stand between them. */
  readonly places?: readonly number[];
}
