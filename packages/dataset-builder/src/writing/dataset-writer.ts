import type { CocoAnnotation, CocoCategory, CocoImage, Skeleton } from '@limber/keypoints';
import type { SplitName } from '../sources/source.ts';

/** An image and its persons, ready to be written. */
export interface WrittenMember {
  readonly image: CocoImage;
  readonly annotations: readonly CocoAnnotation[];
}

/** One split of a dataset. */
interface WrittenSplit {
  readonly name: SplitName;
  /** Can be gone through several times. */
  readonly members: Iterable<WrittenMember>;
}

/** What every split shares. */
interface WrittenJoints {
  readonly category: CocoCategory;
  readonly skeleton: Skeleton;
}

/** A format that datasets are written in. The images lie in `images/` already. */
export interface DatasetWriter {
  /** The file that a split is found by. */
  fileOf(split: SplitName): string;
  writeSplit(folder: string, split: WrittenSplit, joints: WrittenJoints): Promise<void>;
  /** Once every split is written. */
  finish(folder: string, splits: readonly SplitName[], joints: WrittenJoints): Promise<void>;
}
