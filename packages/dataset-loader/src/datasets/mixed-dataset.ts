import { LimberError } from '@limber/files';
import type { Size, Skeleton } from '@limber/keypoints';
import type { PermutationKey } from '../orders/permute-index.ts';
import { createPermutationKey, permuteIndex } from '../orders/permute-index.ts';
import type { Draw } from './draw.ts';
import type { KeypointDataset } from './keypoint-dataset.ts';
import type { KeypointHead, KeypointRow } from './keypoint-row.ts';
import type { KeypointSource, OrderOptions, SharedSource } from './keypoint-source.ts';
import type { Scratch } from '../shards/read-bytes.ts';

/** A dataset and how much of an epoch is taken from it. */
export interface WeightedDataset {
  readonly dataset: KeypointDataset;
  /** Its part of the persons shown, over the sum of all weights; > 0. */
  readonly weight: number;
}

/**
 * Several datasets, of which each epoch shows persons in a fixed proportion.
 *
 * Each dataset is gone through in shuffled rounds that run on from epoch to epoch, so nobody is shown a second time before all
 * others of the same dataset were shown once. Who stands at a place of an epoch is a pure function of (seed, epoch, place).
 */
export class MixedDataset implements KeypointSource {
  readonly folder: string;
  readonly size: number;
  readonly epochLength: number;
  readonly skeleton: Skeleton;
  readonly inputSize: Size;
  readonly parts: readonly KeypointDataset[];
  /** Persons of each dataset in an epoch. */
  readonly counts: readonly number[];

  /**
   * @param options.epochLength - persons shown in an epoch; by default as many as there are.
   * @throws {LimberError} `invalid-argument` if a weight makes no sense, or a dataset gets no place in an epoch;
   * `shape-mismatch` if the datasets have different joints.
   */
  constructor(
    mixed: readonly WeightedDataset[],
    { epochLength }: { readonly epochLength?: number } = {},
  ) {
    checkWeights(mixed);
    const parts = mixed.map(({ dataset }) => dataset);
    const [first] = parts as [KeypointDataset];
    for (const part of parts) checkJoints(part, first);
    this.parts = parts;
    this.folder = parts.map(({ folder }) => folder).join(' + ');
    this.size = parts.reduce((sum, { size }) => sum + size, 0);
    this.epochLength = epochLength ?? this.size;
    this.skeleton = first.skeleton;
    this.inputSize = {
      height: Math.min(...parts.map(({ inputSize }) => inputSize.height)),
      width: Math.min(...parts.map(({ inputSize }) => inputSize.width)),
    };
    this.counts = partition(
      this.epochLength,
      mixed.map(({ weight }) => weight),
    );
    checkCounts(this);
  }

  head(row: number): KeypointHead {
    return readConcatenated(this.parts, row, (part, at) => part.head(at));
  }

  get(row: number, scratch?: Scratch): KeypointRow {
    return readConcatenated(this.parts, row, (part, at) => part.get(at, scratch));
  }

  order({ seed, epoch, shuffle }: OrderOptions): (place: number) => Draw {
    const key = createPermutationKey(seed, 'order', epoch);
    const rounds = new Map<string, PermutationKey>();
    const roundOf = (part: number, round: number): PermutationKey => {
      const name = `${part} ${round}`;
      const found = rounds.get(name) ?? createPermutationKey(seed, 'round', part, round);
      rounds.set(name, found);
      return found;
    };
    return (place) => {
      let at = shuffle ? permuteIndex(place, this.epochLength, key) : place;
      let [part, start] = [0, 0];
      while (at >= this.counts[part]!) {
        at -= this.counts[part]!;
        start += this.parts[part++]!.size;
      }
      const { size } = this.parts[part]!;
      const before = epoch * this.counts[part]!;
      const round = Math.floor((before + at) / size);
      const inRound = (before + at) % size;
      const row = shuffle ? permuteIndex(inRound, size, roundOf(part, round)) : inRound;
      return { row: start + row, repeat: round - Math.floor(before / size) };
    };
  }

  share(): SharedSource {
    return { parts: this.parts.flatMap((part) => part.share().parts) };
  }
}

/** Reads a row of several datasets one after the other. */
export function readConcatenated<T>(
  parts: readonly KeypointDataset[],
  row: number,
  read: (part: KeypointDataset, row: number) => T,
): T {
  let at = row;
  let part = 0;
  while (part < parts.length - 1 && at >= parts[part]!.size) at -= parts[part++]!.size;
  return read(parts[part]!, at);
}

/** Whole numbers in proportion to the weights that add up to `total`: those with the largest remainders are rounded up. */
function partition(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const counts = exact.map(Math.floor);
  const missing = total - counts.reduce((all, count) => all + count, 0);
  const byRemainder = exact
    .map((count, at) => ({ at, remainder: count - Math.floor(count) }))
    .sort((a, b) => b.remainder - a.remainder || a.at - b.at);
  for (const { at } of byRemainder.slice(0, missing)) counts[at]!++;
  return counts;
}

function checkWeights(mixed: readonly WeightedDataset[]): void {
  const weights = mixed.map(({ weight }) => weight);
  if (weights.length > 0 && weights.every((weight) => weight > 0 && weight < Infinity)) return;
  throw new LimberError('invalid-argument', {
    where: 'mixed datasets',
    what: 'not weights',
    expected: 'at least one number above 0',
    got: weights.join(', ') || 'none',
  });
}

function checkJoints({ folder, skeleton }: KeypointDataset, first: KeypointDataset): void {
  const [expected, got] = [first.skeleton, skeleton].map(({ keypoints }) => keypoints.join(', '));
  if (expected === got) return;
  const what = 'other joints than the first of the mixed datasets';
  throw new LimberError('shape-mismatch', {
    where: folder,
    what,
    expected: `${expected!}, as ${first.folder} has`,
    got: got!,
  });
}

function checkCounts({ epochLength, counts, parts }: MixedDataset): void {
  const empty = counts.findIndex((count) => count === 0);
  if (Number.isSafeInteger(epochLength) && epochLength > 0 && empty < 0) return;
  const what = `an epoch of ${epochLength} persons`;
  throw new LimberError('invalid-argument', {
    where: 'mixed datasets',
    what,
    expected: 'at least one person of each dataset',
    got: empty < 0 ? 'no whole number' : `none of ${parts[empty]!.folder}`,
  });
}
