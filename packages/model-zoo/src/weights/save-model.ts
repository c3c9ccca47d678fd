import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { encodeSafetensors, namedWeights, readWeights } from '@limber/engine';
import { LimberError, writeFileAtomic } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';
import { simccBins } from '@limber/keypoints';
import type { ModelEntry } from '../architectures/models.ts';
import type { PoseModel } from '../models/pose-model.ts';
import type { NetworkRecipe } from '../networks/network-recipe.ts';
import { recordRecipe } from '../networks/network-recipe.ts';
import type { WeightsNotice } from '../pretrained/movenet-files.ts';
import type { ModelFile } from './model-file.ts';
import { modelFileName, modelFileVersion, weightsFileName } from './model-file.ts';

/** What a saved model says about itself besides its architecture. */
export interface AboutModel {
  /** Its joints are the model's, in order. */
  readonly skeleton: Skeleton;
  /** The pretrained weights that training started from: the terms of their license go with the model. */
  readonly basedOn?: WeightsNotice;
  /** The loss that it was trained by. */
  readonly loss?: string;
}

/**
 * Writes a model into a folder: `weights.safetensors`, and `model.json` with spec, codec, normalisation, skeleton and
 * the digest of the weights.
 *
 * The same model gives the same bytes. Each file appears whole or not at all, `model.json` last; if the process is
 * killed between the two over an older model, {@link loadModel} notices by the digest.
 *
 * @throws {LimberError} `invalid-argument` if the skeleton has another number of joints than the model.
 */
export async function saveModel(
  folder: string,
  model: PoseModel,
  { skeleton, basedOn, loss }: AboutModel,
): Promise<void> {
  checkJointCount(model, skeleton);
  const parts = encodeSafetensors(await readWeights(namedWeights(model.model)), { format: 'tf' });
  const { architecture, ...spec } = model.spec;
  const file: ModelFile = {
    formatVersion: modelFileVersion,
    spec,
    ...(architecture && { network: recipeOf(architecture, model) }),
    codec: model.codec,
    normalization: model.normalization,
    skeleton,
    ...(basedOn === undefined ? {} : { basedOn }),
    ...(loss === undefined ? {} : { loss }),
    weights: { file: weightsFileName, ...measure(parts) },
  };
  await writeFileAtomic(join(folder, weightsFileName), parts);
  const text = `${JSON.stringify(file, null, 2)}\n`;
  await writeFileAtomic(join(folder, modelFileName), text);
}

/** The blocks without the head that the codec adds. */
function recipeOf(
  { build }: ModelEntry,
  { spec: { jointCount }, codec }: PoseModel,
): NetworkRecipe {
  const bins = simccBins(codec);
  return recordRecipe((network, images) => build(network, images, { jointCount, bins }));
}

function checkJointCount({ spec }: PoseModel, skeleton: Skeleton): void {
  if (skeleton.keypoints.length === spec.jointCount) return;
  throw new LimberError('invalid-argument', {
    where: `skeleton "${skeleton.name}"`,
    what: `not the skeleton of this ${spec.name}`,
    expected: `${spec.jointCount} joints`,
    got: `${skeleton.keypoints.length}`,
  });
}

function measure(parts: readonly Uint8Array[]): { sizeBytes: number; sha256: string } {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0);
  return { sizeBytes, sha256: hash.digest('hex') };
}
