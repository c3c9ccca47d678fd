import { resolve } from 'node:path';
import type { Engine } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';
import { coco17 } from '@limber/keypoints';
import type { PoseModel } from '@limber/model-zoo';
import {
  createModel,
  digestModel,
  loadModel,
  models,
  pretrainedNames,
  readInitialWeights,
  startFrom,
} from '@limber/model-zoo';
import type { TrainConfig } from '../configuration/train-config.ts';

/** A trained model that others learn from. Nothing of it is trained. */
export interface Teacher {
  /** The caller's, to be disposed. */
  readonly model: PoseModel;
  readonly skeleton: Skeleton;
  /** The loss that it was trained by, if that is known. */
  readonly loss?: string;
  /** Named in messages: a folder or a published name. */
  readonly source: string;
}

/** Where a teacher is looked for. */
export interface TeacherPlace {
  readonly config: Pick<TrainConfig, 'distillation'>;
  /** The folder of a trained model that is given beside the configuration. */
  readonly teacher?: string;
  /** What a path in the configuration counts from. */
  readonly folder: string;
}

/**
 * The teacher of a training: a published name or an absolute path; null if nothing is learned from one.
 *
 * @throws {LimberError} `invalid-config` if there is none though there should be, two, or one that nothing is learned from.
 */
export function findTeacher({ config, teacher, folder }: TeacherPlace): string | null {
  const { distillation } = config;
  const fail = (what: string, fix: string): never => {
    throw new LimberError('invalid-config', { where: 'distillation', what, fix });
  };
  if (distillation === null) {
    if (teacher === undefined) return null;
    return fail(
      `the teacher ${teacher} is given, and nothing is learned from it`,
      'Add distillation: {}, or leave the teacher out.',
    );
  }
  const named = distillation.teacher;
  if (named !== null && teacher !== undefined) {
    return fail(
      `two teachers, ${named} and ${teacher}`,
      'Leave out distillation.teacher, or the input teacher.',
    );
  }
  const source = teacher ?? named;
  if (source === null) {
    return fail(
      'no teacher',
      'Name one in distillation.teacher, or, in a pipeline, give the stage an input teacher.',
    );
  }
  if (distillation.alpha === 0) return null;
  return isPublished(source) ? source : resolve(folder, source);
}

/**
 * What changes with a teacher: its digest. Published weights are compared with the published digests whenever they are
 * read, so that their name stands for them.
 *
 * @param source - of {@link findTeacher}.
 * @throws {LimberError} `missing-file`.
 */
export async function digestTeacher(source: string): Promise<string> {
  return isPublished(source) ? source : digestModel(source);
}

/**
 * Loads a teacher.
 *
 * @param onNotice - called with a line before published weights are fetched.
 * @throws {LimberError} as `loadModel` and `readInitialWeights`.
 */
export async function loadTeacher(
  engine: Engine,
  source: string,
  onNotice?: (line: string) => void,
): Promise<Teacher> {
  const name = pretrainedNames.find((one) => one === source);
  if (name === undefined) {
    const model = await loadModel(engine, source);
    const { skeleton, loss } = model;
    return { model, skeleton, source, ...(loss === undefined ? {} : { loss }) };
  }
  const weights = await readInitialWeights(name, onNotice);
  const { inputSize } = models[name];
  const jointCount = coco17.keypoints.length;
  const model = createModel(engine, { name, inputSize, jointCount }, { seed: 0 });
  await startFrom(engine, { model, skeleton: coco17 }, weights);
  return { model, skeleton: coco17, source };
}

function isPublished(source: string): boolean {
  return pretrainedNames.some((name) => name === source);
}
