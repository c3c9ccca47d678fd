import type { LimberError } from '@limber/files';
import type {
  CocoAnnotation,
  CocoCategory,
  Derivation,
  Finding,
  Skeleton,
  SourceId,
} from '@limber/keypoints';

/** The parts of a dataset, in the order in which they are written. */
export const splitNames = ['train', 'val', 'test'] as const;
/** The name of a split. */
export type SplitName = (typeof splitNames)[number];

/** A person in an image of a source. */
export interface SourceAnnotation extends Omit<CocoAnnotation, 'id' | 'image_id' | 'category_id'> {
  /** Kept where all ids of the dataset are distinct and positive. */
  readonly id?: number;
}

/** An image of a source with its persons. */
export interface SourceItem {
  /** Names the item in messages, such as `train.json: images[3] (id 7)`. */
  readonly where: string;
  /** Kept where all ids of the dataset are distinct. */
  readonly id?: number;
  /** The id in the source's file, where `id` is another. */
  readonly source_id?: SourceId;
  /** Path below the folder of images, with `/`. */
  readonly fileName: string;
  /** Pixels of the upright image, with `height`. */
  readonly width: number;
  readonly height: number;
  /** What the image shares with near-identical ones; without it, the image is a group of its own. */
  readonly group?: string;
  /** The split that it stays in; without it, its group is drawn for one. */
  readonly split?: SplitName;
  /** Of the image file; of a frame, of its video. */
  readonly path: string;
  /** The image file itself, where it does not lie at `path`: a frame of a video. */
  readonly bytes?: Uint8Array;
  /** Why the image cannot be read: a build treats it as any bad image. */
  readonly fault?: LimberError;
  readonly annotations: readonly SourceAnnotation[];
}

/** How a source is read. */
export interface ReadingAim {
  /** The files of images are not needed, so that no frame is taken out of a video for them: `bytes` is missing. */
  readonly annotationsOnly?: boolean;
}

/** A place that images and persons come from. Reading it twice gives the same items in the same order. */
export interface Source {
  readonly name: string;
  /** How many items there are, for progress. */
  readonly imageCount: number;
  readonly category: CocoCategory;
  readonly skeleton: Skeleton;
  /** What the source's files did not say, and how it was filled in. */
  readonly derivations: readonly Derivation[];
  /** What is doubtful in the source. */
  readonly findings: readonly Finding[];
  items(aim?: ReadingAim): AsyncIterable<SourceItem>;
}
