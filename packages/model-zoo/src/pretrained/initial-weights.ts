import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, NamedTensors, TensorData } from '@limber/engine';
import { namedWeights, readSafetensors, readWeights, writeWeights } from '@limber/engine';
import { isMissing, LimberError } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';
import { coco17, matchJoints } from '@limber/keypoints';
import { pretrainedNames } from '../architectures/models.ts';
import type { PoseModel } from '../models/pose-model.ts';
import { readModelFile } from '../weights/load-model.ts';
import { modelFileName } from '../weights/model-file.ts';
import type { WeightsNotice } from './movenet-files.ts';
import { movenetNotice, readMovenetFiles } from './movenet-files.ts';
import { movenetWeights } from './movenet-weights.ts';

/** What a training starts from. */
export interface InitialWeights {
  /** By the names of the model's weights; others are left out. */
  readonly tensors: NamedTensors;
  /** The joints of its heatmaps, in order. */
  readonly joints: readonly string[];
  /** Named in messages. */
  readonly source: string;
  /** Goes with the trained model. */
  readonly basedOn?: WeightsNotice;
}

/**
 * Reads what a training is to start from.
 *
 * @param from - one of {@link pretrainedNames}, or the folder of a model that `saveModel` wrote.
 * @param onNotice - called with a line before anything is fetched.
 * @throws {LimberError} `missing-file` if there is no such model; `corrupt-data` if its files are damaged.
 */
export async function readInitialWeights(
  from: string,
  onNotice?: (line: string) => void,
): Promise<InitialWeights> {
  const name = pretrainedNames.find((one) => one === from);
  if (name === undefined) return readFolder(from);
  const files = await readMovenetFiles(name, onNotice === undefined ? {} : { onNotice });
  const tensors = movenetWeights(files);
  return { tensors, joints: coco17.keypoints, source: name, basedOn: movenetNotice };
}

async function readFolder(folder: string): Promise<InitialWeights> {
  await checkFolder(folder);
  const { weights, skeleton, basedOn } = await readModelFile(join(folder, modelFileName));
  const { tensors } = await readSafetensors(join(folder, weights.file));
  const notice = basedOn === undefined ? {} : { basedOn };
  return { tensors, joints: skeleton.keypoints, source: folder, ...notice };
}

async function checkFolder(folder: string): Promise<void> {
  try {
    if ((await stat(folder)).isDirectory()) return;
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
  throw new LimberError('missing-file', {
    where: folder,
    what: 'no weights to start from',
    expected: `${pretrainedNames.join(', ')}, or the folder of a trained model`,
    got: `"${folder}"`,
  });
}

/**
 * Gives a model the weights of another one of the same architecture, which may have been made for other joints.
 *
 * Joints of the same name take over their heatmap; the channels of others keep the weights that they have. Upper and lower
 * case, spaces and hyphens make no difference.
 *
 * @returns the joints that were taken over, and those that start fresh.
 * @throws {LimberError} `corrupt-data` if a weight is missing or of another shape; the model is not changed then.
 */
export async function startFrom(
  engine: Engine,
  { model, skeleton }: { readonly model: PoseModel; readonly skeleton: Skeleton },
  { tensors, joints, source }: InitialWeights,
): Promise<{ readonly taken: readonly string[]; readonly fresh: readonly string[] }> {
  const weights = namedWeights(model.model);
  const own = await readWeights(weights);
  const from = matchJoints(skeleton.keypoints, joints);
  const head = headOf(model);
  const merged: Record<string, TensorData> = {};
  for (const { name } of weights) {
    const given = tensors[name];
    if (given === undefined) continue; // writeWeights names it
    const isHead = name.startsWith(`${head}/`) && given.shape.at(-1) === joints.length;
    merged[name] = isHead ? mergeJoints(own[name]!, given, from) : given;
  }
  writeWeights(engine, weights, { tensors: merged, source });
  const isTaken = (_: string, joint: number): boolean => from[joint]! >= 0;
  return {
    taken: skeleton.keypoints.filter(isTaken),
    fresh: skeleton.keypoints.filter((joint, at) => !isTaken(joint, at)),
  };
}

/** The layer whose filters are the joints: the last one that is trained. */
function headOf({ model }: PoseModel): string {
  const { name } = namedWeights(model).findLast(({ isTrainable }) => isTrainable)!;
  return name.slice(0, name.lastIndexOf('/'));
}

/** Joints are the last axis of a kernel and of a bias. */
function mergeJoints(own: TensorData, given: TensorData, from: readonly number[]): TensorData {
  const data = own.data.slice();
  const joints = from.length;
  const givenJoints = given.shape.at(-1)!;
  const rows = given.data.length / givenJoints;
  for (const [joint, place] of from.entries()) {
    if (place < 0) continue;
    for (let row = 0; row < rows; row++) {
      data[row * joints + joint] = given.data[row * givenJoints + place]!;
    }
  }
  return { dtype: 'F32', shape: own.shape, data };
}
