import type { CocoAnnotation, CocoCategory, CocoImage, Skeleton } from '@limber/keypoints';
import type { SplitName } from '../sources/source.ts';

/** An image and its persons, ready to be written. */
export interface WrittenMember {
  readonly image: CocoImage;
  readonly annotations: readonly CocoAnnotation[];
}

/** One split of a dataset, or all of one that is not split. */
interface WrittenSplit {
  readonly name: SplitName | 'annotations';
  /** Can be gone through several times. */
  readonly members: Iterable<WrittenMember>;
}

/** What every split shares. */
export interface WrittenJoints {
  readonly category: CocoCategory;
  readonly skeleton: Skeleton;
}

/** A format that datasets are written in. The images lie in `images/` already. */
export interface DatasetWriter {
  /** The file that a split is found by. */
  fileOf(split: SplitName | 'annotations'): string;
  writeSplit(folder: string, split: WrittenSplit, joints: WrittenJoints): Promise<void>;
  /** Once every split is written. */
  finish(folder: string, splits: readonly SplitName[], joints: WrittenJoints): Promise<void>;
}
