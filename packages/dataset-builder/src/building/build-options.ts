import type { Source } from '../sources/source.ts';
import type { WrittenFormat } from '../writing/writers.ts';
import type { SplitFractions } from './assign-splits.ts';
import type { GroupRule } from './decide-groups.ts';

/** How a dataset is built. */
export interface BuildOptions {
  readonly sources: readonly Source[];
  /** The folder to make; it must not exist yet, or be empty. */
  readonly out: string;
  /** The format that is written. By default `coco`. */
  readonly to?: WrittenFormat;
  /** How the images without a fixed split are distributed, by whole groups. They add up to 1. */
  readonly splits: SplitFractions;
  /** Draws which groups go into which split: the same seed gives the same splits. */
  readonly seed: number;
  /** Refuse what is otherwise only listed in `dataset.json`, but for what the draw of splits gives. */
  readonly strict?: boolean;
  /** What to do about an image that is missing, damaged or of another size than stated. */
  readonly onBadImage?: 'throw' | 'skip';
  /** How many images may be skipped before the build fails after all. By default a tenth of them, rounded up. */
  readonly skipLimit?: number;
  /** What images without a group of their own share that must stay in one split. By default `auto`: by their names. */
  readonly groupBy?: GroupRule;
  /** What to do about images that two splits hold, byte for byte or to the eye. */
  readonly onDuplicates?: 'throw' | 'allow';
  /** Write the annotations alone: images are neither read nor checked nor copied. */
  readonly annotationsOnly?: boolean;
  /**
   * A file that remembers which images were checked, so that those that look untouched (size, times, inode) are not read
   * and decoded again: when data was added, or after an interruption. Without it, nothing is remembered.
   */
  readonly checkedFile?: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Once it is aborted, building ends before the next image and throws its reason: an `AbortError`. */
  readonly signal?: AbortSignal;
}
