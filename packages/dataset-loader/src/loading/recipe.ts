import type { CodecConfig, KeypointCodec } from '@limber/keypoints';
import { createCodec } from '@limber/keypoints';
import type { Augmentation } from '../augmentations/augmentation.ts';
import type { PreparedAugmentation } from '../augmentations/prepare-augmentation.ts';
import { prepareAugmentation } from '../augmentations/prepare-augmentation.ts';

/** What a person is changed by from an epoch on. */
export interface LateAugmentation {
  /** The first epoch, counted from 0. */
  readonly fromEpoch: number;
  /** null: every person upright in the middle, unchanged. */
  readonly augmentation: Augmentation | null;
}

/** What turns a person into a sample, besides the epoch. Plain data, so that it can go to another thread. */
export interface Recipe {
  readonly codec: CodecConfig;
  readonly seed: number;
  readonly augmentation: Augmentation | null;
  readonly lateAugmentation: LateAugmentation | null;
  /** What the paths of functions of the user's own count from. */
  readonly folder: string;
  readonly onBadSample: 'throw' | 'skip';
  /** Batches with more bad persons than this fail. */
  readonly skipLimit: number;
  /** Whether another person takes the place of a bad one; else the batch is smaller. */
  readonly replaces: boolean;
}

/** A recipe whose codec is made and whose functions are loaded. */
export interface PreparedRecipe extends Omit<
  Recipe,
  'codec' | 'augmentation' | 'lateAugmentation' | 'folder'
> {
  readonly codec: KeypointCodec;
  augmentationOf(epoch: number): PreparedAugmentation | null;
}

/**
 * Makes a recipe ready for use in this thread.
 *
 * @throws {LimberError} `missing-file` or `invalid-argument` if a function of the user's own cannot be loaded.
 */
export async function prepareRecipe(recipe: Recipe): Promise<PreparedRecipe> {
  const { augmentation, lateAugmentation: late, folder, codec, ...rest } = recipe;
  const prepare = async (one: Augmentation | null): Promise<PreparedAugmentation | null> =>
    one === null ? null : await prepareAugmentation(one, folder);
  const first = await prepare(augmentation);
  const second = late === null ? null : await prepare(late.augmentation);
  return {
    ...rest,
    codec: createCodec(codec),
    augmentationOf: (epoch) => (late !== null && epoch >= late.fromEpoch ? second : first),
  };
}
