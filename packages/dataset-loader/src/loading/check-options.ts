import { LimberError } from '@limber/files';
import type { Size } from '@limber/keypoints';
import { createCodec, flipIndices } from '@limber/keypoints';
import { augmentationSchema } from '../augmentations/augmentation-schema.ts';
import type { Augmentation } from '../augmentations/augmentation.ts';
import type { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import { MixedDataset } from '../datasets/mixed-dataset.ts';
import { coversReach, describeReach, reachOf } from '../regions/reach.ts';
import type { LoaderOptions } from './loader-options.ts';

/**
 * Checks the options of a loader, alone and against what the shards hold.
 *
 * @throws {LimberError} `invalid-argument`; `invalid-skeleton` if images are to be mirrored whose pairs of joints are not known.
 */
export function checkOptions(
  options: Required<LoaderOptions>,
  dataset: KeypointDataset | MixedDataset,
): void {
  const { batchSize, seed, workers, prefetch, rank, worldSize, skipLimit } = options;
  const largest = Number.MAX_SAFE_INTEGER;
  checkInteger('batchSize', batchSize, [1, largest]);
  checkInteger('seed', seed, [Number.MIN_SAFE_INTEGER, largest]);
  checkInteger('worldSize', worldSize, [1, largest]);
  checkInteger('rank', rank, [0, worldSize - 1]);
  checkInteger('workers', workers, [0, 256]);
  checkInteger('prefetch', prefetch, [1, largest]);
  checkInteger('skipLimit', skipLimit, [0, largest]);
  checkInteger('workerTimeoutMs', options.workerTimeoutMs, [1, 2 ** 31 - 1]);
  const { inputSize } = createCodec(options.codec);
  const parts = dataset instanceof MixedDataset ? dataset.parts : [dataset];
  for (const part of parts) checkInputSize(inputSize, part.inputSize);
  const { augmentation, lateAugmentation: late } = options;
  const changes = [{ where: 'augmentation', one: augmentation }];
  if (late !== null) {
    checkInteger('lateAugmentation.fromEpoch', late.fromEpoch, [0, largest]);
    changes.push({ where: 'lateAugmentation.augmentation', one: late.augmentation });
  }
  for (const { where, one } of changes) {
    if (one !== null) checkAugmentation(one, where);
    if ((one?.flipProbability ?? 0) > 0) flipIndices(dataset.skeleton);
    for (const part of parts) checkReach(one, { where, inputSize, packed: part });
  }
}

/** @throws {LimberError} `invalid-argument` if a value is not a whole number in the range. */
export function checkInteger(
  where: string,
  value: number,
  [low, high]: readonly [number, number],
): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return;
  const upTo = high === Number.MAX_SAFE_INTEGER ? `a whole number >= ${low}` : `${low} to ${high}`;
  const problem = { where, what: 'out of range', expected: upTo, got: `${value}` };
  throw new LimberError('invalid-argument', problem);
}

function checkInputSize(inputSize: Size, packed: Size): void {
  if (inputSize.height <= packed.height && inputSize.width <= packed.width) return;
  throw new LimberError('invalid-argument', {
    where: 'codec.inputSize',
    what: 'more pixels than the shards hold',
    expected: `at most ${packed.height}x${packed.width}, as packed`,
    got: `${inputSize.height}x${inputSize.width}`,
    fix: `Pack the dataset with inputSize ${inputSize.height}x${inputSize.width}.`,
  });
}

function checkAugmentation(augmentation: Augmentation, name: string): void {
  const result = augmentationSchema.safeParse(augmentation);
  if (result.success) return;
  const { path, message } = result.error.issues[0]!;
  throw new LimberError('invalid-argument', { where: [name, ...path].join('.'), what: message });
}

function checkReach(
  augmentation: Augmentation | null,
  {
    where,
    inputSize,
    packed,
  }: {
    readonly where: string;
    readonly inputSize: Size;
    readonly packed: KeypointDataset;
  },
): void {
  const wanted = { reach: reachOf(augmentation), inputSize };
  if (coversReach(packed, wanted)) return;
  throw new LimberError('invalid-argument', {
    where,
    what: `shows more than the crops in ${packed.folder} hold, which would be black`,
    expected: `at most ${describeReach(packed)}, which they were packed for`,
    got: describeReach(wanted),
    fix: 'Pack the dataset with the augmentation and the inputSize of the training.',
  });
}
