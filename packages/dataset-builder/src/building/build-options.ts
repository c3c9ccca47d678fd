import type { Source } from '../sources/source.ts';
import type { SplitFractions } from './assign-splits.ts';

/** How a dataset is built. */
export interface BuildOptions {
  readonly sources: readonly Source[];
  /** The folder to make; it must not exist yet, or be empty. */
  readonly out: string;
  /** How the images without a fixed split are distributed, by whole groups. They add up to 1. */
  readonly splits: SplitFractions;
  /** Draws which groups go into which split: the same seed gives the same splits. */
  readonly seed: number;
  /** Refuse what is otherwise only listed in `dataset.json`. */
  readonly strict?: boolean;
  /** What to do about an image that is missing, damaged or of another size than stated. */
  readonly onBadImage?: 'throw' | 'skip';
  readonly onProgress?: (progress: { readonly done: number }) => void;
  /** Once it is aborted, building ends before the next image and throws its reason: an `AbortError`. */
  readonly signal?: AbortSignal;
}
