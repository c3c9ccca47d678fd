import { KeypointDataset, MixedDataset } from '@limber/dataset-loader';
import { LimberError, suggestName } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';
import type { TrainConfig } from '../configuration/train-config.ts';

/** Folders of packed shards to train on: one, or those that `mix` names, by name. */
export type TrainingShards = string | Readonly<Record<string, string>>;

/** What is trained on. */
export interface TrainingData {
  readonly dataset: KeypointDataset | MixedDataset;
  readonly skeleton: Skeleton;
  /** Changes with any of the shards. */
  readonly digest: string;
  close(): void;
}

/**
 * Opens what a training is to learn from.
 *
 * Mixed shards are taken in the order of their names, so that the order in which a file names them changes nothing.
 *
 * @throws {LimberError} `invalid-config` if the shards are not those that `mix` names; what `KeypointDataset.open` and
 * `MixedDataset` throw.
 */
export async function openTraining(
  shards: TrainingShards,
  { mix }: Pick<TrainConfig, 'mix'>,
): Promise<TrainingData> {
  if (mix === null) {
    const dataset = await KeypointDataset.open(theOnly(shards));
    const { skeleton, digest } = dataset;
    return { dataset, skeleton, digest, close: () => dataset.close() };
  }
  const folders = typeof shards === 'string' ? { train: shards } : shards;
  const names = Object.keys(mix).toSorted();
  checkNames(names, Object.keys(folders));
  const opened: KeypointDataset[] = [];
  const close = (): void => {
    for (const dataset of opened) dataset.close();
  };
  try {
    for (const name of names) opened.push(await KeypointDataset.open(folders[name]!));
    const dataset = new MixedDataset(
      opened.map((part, at) => ({ dataset: part, weight: mix[names[at]!]! })),
    );
    const digest = opened.map((part, at) => `${names[at]!} ${part.digest}`).join(', ');
    return { dataset, skeleton: dataset.skeleton, digest, close };
  } catch (error) {
    close();
    throw error;
  }
}

function theOnly(shards: TrainingShards): string {
  if (typeof shards === 'string') return shards;
  const [folder, ...others] = Object.values(shards);
  if (folder !== undefined && others.length === 0) return folder;
  throw new LimberError('invalid-config', {
    where: 'mix',
    what: 'not said how much of an epoch each of the training shards gives',
    expected: `a number for each of ${Object.keys(shards).join(', ')}`,
    got: 'null',
  });
}

function checkNames(wanted: readonly string[], given: readonly string[]): void {
  const missing = wanted.find((name) => !given.includes(name));
  if (missing !== undefined) {
    throw new LimberError('invalid-config', {
      where: `mix.${missing}`,
      what: 'no shards of that name',
      fix: suggestName(missing, given).trim(),
    });
  }
  const unused = given.find((name) => !wanted.includes(name));
  if (unused === undefined) return;
  throw new LimberError('invalid-config', {
    where: 'mix',
    what: `the shards "${unused}" are given and not mixed in`,
    expected: `a number above 0 for ${unused}`,
    got: wanted.join(', '),
    fix: `Add ${unused} to mix, or leave out the input.`,
  });
}
