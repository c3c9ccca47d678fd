import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { namedWeights, readSafetensors, writeWeights } from '@limber/engine';
import type { Skeleton } from '@limber/keypoints';
import { cannotBeRead, LimberError } from '@limber/files';
import { validateSkeleton } from '@limber/keypoints';
import { buildLayers } from '../models/build-layers.ts';
import { checkArchitecture } from '../models/check-architecture.ts';
import type { ModelSpec } from '../models/model-spec.ts';
import { validateModelSpec } from '../models/model-spec.ts';
import { ownArchitecture } from '../models/own-architecture.ts';
import type { Network } from '../networks/network.ts';
import { followRecipe } from '../networks/network-recipe.ts';
import type { PoseModel } from '../models/pose-model.ts';
import { toPoseModel } from '../models/pose-model.ts';
import type { WeightsNotice } from '../pretrained/movenet-files.ts';
import type { ModelFile } from './model-file.ts';
import { modelFileName, modelFileSchema } from './model-file.ts';

/** A model with the joints that its heatmaps stand for. */
export interface LoadedModel extends PoseModel {
  readonly skeleton: Skeleton;
  /** The pretrained weights that training started from. */
  readonly basedOn?: WeightsNotice;
  /** The loss that it was trained by, if the file says so. */
  readonly loss?: string;
}

/**
 * Reads a model that {@link saveModel} wrote.
 *
 * @returns a model to be disposed.
 * @throws {LimberError} `missing-file`; `corrupt-data` naming the file, if `model.json` or the weights are damaged or
 * do not belong together.
 */
export async function loadModel(engine: Engine, folder: string): Promise<LoadedModel> {
  const file = await readModelFile(join(folder, modelFileName));
  const weightsFile = join(folder, file.weights.file);
  const check = (bytes: Buffer): void => checkDigest(bytes, file, weightsFile);
  const { tensors } = await readSafetensors(weightsFile, { check });
  const spec = specOf(file);
  const { model } = buildLayers(engine, spec);
  const { codec, normalization, skeleton, basedOn, loss } = file;
  const poseModel = { ...toPoseModel(spec, model), codec, normalization };
  try {
    writeWeights(engine, namedWeights(model), { tensors, source: weightsFile });
  } catch (error) {
    poseModel.dispose();
    throw error;
  }
  return {
    ...poseModel,
    skeleton,
    ...(basedOn === undefined ? {} : { basedOn }),
    ...(loss === undefined ? {} : { loss }),
  };
}

/**
 * Reads `model.json`.
 *
 * @throws {LimberError} as {@link loadModel}.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const text = await readBytes(path);
  try {
    const file = modelFileSchema.parse(JSON.parse(text.toString('utf8')));
    const spec = validateModelSpec(specOf(file));
    if (spec.architecture !== undefined) checkArchitecture(spec);
    validateSkeleton(file.skeleton);
    return file;
  } catch (cause) {
    const what = `not the description of a model: ${String(cause)}`;
    throw new LimberError('corrupt-data', { where: path, what }, { cause });
  }
}

function specOf({ spec, network: recipe, normalization }: ModelFile): ModelSpec {
  if (recipe === undefined) return spec;
  const build = <T>(network: Network<T>, images: T): T => followRecipe(network, images, recipe);
  return { ...spec, architecture: ownArchitecture(build, normalization) };
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw cannotBeRead(path, cause, { expected: 'a saved model' });
  }
}

function checkDigest(bytes: Buffer, { weights }: ModelFile, path: string): void {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 === weights.sha256) return;
  throw new LimberError('corrupt-data', {
    where: path,
    what: 'damaged, or not the weights that model.json belongs to',
    expected: `${weights.sizeBytes} bytes with SHA-256 ${weights.sha256}`,
    got: `${bytes.length} bytes with ${sha256}`,
    fix: 'Restore the folder, or train again.',
  });
}
