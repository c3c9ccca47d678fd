import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { KeypointDataset } from '@limber/dataset-loader';
import { withStagingFolder } from '@limber/files';
import { copyCheckpoint, readCheckpoint } from '@limber/trainer';
import { digestTeacher, findTeacher } from '../distillation/teacher.ts';
import { digestFunctions } from './digest-functions.ts';
import { openTraining } from './open-training.ts';
import type { RunIdentity } from './run-identity.ts';
import { compareIdentities } from './run-identity.ts';
import type { TrainKeypointsOptions } from './train-keypoints.ts';

/** What a training is decided by. */
type TrainingPlace = Pick<TrainKeypointsOptions, 'config' | 'train' | 'val' | 'teacher' | 'folder'>;

/**
 * Empties a training's folder but for one checkpoint, from wherever that is, and the logs beside it: `trainKeypoints` goes on
 * from there. Without logs beside it, they start anew.
 *
 * The new folder is filled beside the old one and then takes its name: a process that is killed loses neither.
 *
 * @throws {LimberError} `missing-file` or `corrupt-data` if it is no whole checkpoint, `invalid-config` if it is of another
 * training; the folder is as it was then.
 */
export async function placeCheckpoint(
  file: string,
  options: TrainingPlace & Pick<TrainKeypointsOptions, 'workDir'>,
): Promise<void> {
  const { facts } = await readCheckpoint(file);
  compareIdentities(facts.hyperParameters, await readIdentity(options), file);
  const replaceable = { what: 'a training', test: () => true };
  const fill = (folder: string): Promise<void> => fillFolder(folder, file);
  await withStagingFolder(options.workDir, fill, { replaceable });
}

async function fillFolder(folder: string, file: string): Promise<void> {
  const logs = logsBeside(file);
  const checkpoints = join(folder, 'checkpoints', 'last');
  await mkdir(checkpoints, { recursive: true });
  if (logs !== null) await cp(logs, join(folder, 'logs'), { recursive: true });
  await copyCheckpoint(file, join(checkpoints, basename(file)), { hasLogs: logs !== null });
}

/** A training keeps its checkpoints in `checkpoints/<kind>/`, and its logs in `logs/`. */
function logsBeside(file: string): string | null {
  const checkpoints = resolve(file, '../..');
  const logs = resolve(checkpoints, '../logs');
  return basename(checkpoints) === 'checkpoints' && existsSync(logs) ? logs : null;
}

async function readIdentity(options: TrainingPlace): Promise<RunIdentity> {
  const { config, train, val, folder = process.cwd() } = options;
  const trained = await openTraining(train, config);
  trained.close();
  const validated = await KeypointDataset.open(val);
  validated.close();
  const { skeleton, digest } = trained;
  const functions = await digestFunctions(config, folder);
  const teacher = findTeacher({ ...options, folder });
  return {
    config,
    skeleton,
    train: digest,
    val: validated.digest,
    functions,
    ...(teacher !== null && { teacher: await digestTeacher(teacher) }),
  };
}
