import type { CodecConfig } from '@limber/keypoints';
import type { Augmentation } from '../augmentations/augmentation.ts';
import type { LateAugmentation } from './recipe.ts';
import type { SkippedSample } from './skipped-samples.ts';

/** What batches are made of, in which order and by how many threads. */
export interface LoaderOptions {
  /** Persons per batch, >= 1. */
  readonly batchSize: number;
  /** What the model learns; its `inputSize` is the size of the images. */
  readonly codec: CodecConfig;
  /** Names the order and the augmentation. */
  readonly seed: number;
  /** Whether every epoch has an order of its own; else the order of the shards. */
  readonly shuffle: boolean;
  /** null: every person upright in the middle, unchanged. */
  readonly augmentation: Augmentation | null;
  /** Takes the place of `augmentation` from an epoch on; by default none does. */
  readonly lateAugmentation?: LateAugmentation | null;
  /** What paths of functions in `order` count from; by default the working folder. */
  readonly folder?: string;
  /** Whether a last batch of fewer persons is left out; of several processes, all leave it out alike. */
  readonly dropLast: boolean;
  /**
   * Which of `worldSize` processes this is, from 0; by default the only one. Their batches of one number,
   * one after the other, are the batch of that number of one process with `worldSize` times the batch size.
   */
  readonly rank?: number;
  readonly worldSize?: number;
  /** Threads that make batches; 0: this thread. The batches are the same. */
  readonly workers: number;
  /** Batches made ahead of the one in use, >= 1; twice the workers keeps them all busy. */
  readonly prefetch: number;
  /**
   * What to do about a person whose image is damaged or cannot be read, whose augmentation throws, or who ends a worker thread or
   * keeps it busy for too long: `throw` (the default), or `skip`. With `shuffle` another person, drawn by chance, is shown in place
   * of a skipped one; without it the batch is smaller, and a batch of nobody is left out.
   */
  readonly onBadSample?: 'throw' | 'skip';
  /** How many persons may be skipped before loading fails after all. By default a hundredth of them, rounded up. */
  readonly skipLimit?: number;
  /** Called once for each person that is skipped. */
  readonly onSkip?: (skipped: SkippedSample) => void;
  /** A worker thread that is busy with one person for longer is ended. By default 60,000 ms. */
  readonly workerTimeoutMs?: number;
}
