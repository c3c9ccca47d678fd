import { LimberError } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';
import { matchJoints } from '@limber/keypoints';
import type { PoseModel } from '@limber/model-zoo';
import { architectureOf } from '@limber/model-zoo';
import type { LossName } from '../losses/loss-names.ts';
import type { Teacher } from './teacher.ts';

/** Who learns, and by which loss. */
export interface Student {
  readonly model: PoseModel;
  readonly skeleton: Skeleton;
  readonly loss: LossName;
}

/**
 * Checks that a student can learn from a teacher.
 *
 * @returns for each of the student's joints the index of the teacher's.
 * @throws {LimberError} `invalid-config` if the teacher lacks a joint, has a head for another codec, or, for the loss
 * `cross-entropy`, heatmaps that are not between 0 and 1.
 */
export function checkTeacher({ model, skeleton, source }: Teacher, student: Student): number[] {
  const fail = (what: string, more: { expected: string; got: string; fix: string }): never => {
    throw new LimberError('invalid-config', {
      where: `distillation: teacher ${source}`,
      what,
      ...more,
    });
  };
  const { type } = student.model.codec;
  if (model.codec.type !== type) {
    fail('it has another codec than the student', {
      expected: type,
      got: model.codec.type,
      fix: `Set codec: { type: ${model.codec.type} } for the student, or train the teacher with ${type}.`,
    });
  }
  if (student.loss === 'cross-entropy' && !architectureOf(model.spec).isBounded) {
    fail('its heatmaps are not between 0 and 1, as the loss cross-entropy needs', {
      expected: 'a MoveNet',
      got: model.spec.name,
      fix: 'Set loss: squared-error for the student, or take another teacher.',
    });
  }
  const from = matchJoints(student.skeleton.keypoints, skeleton.keypoints);
  const missing = student.skeleton.keypoints.filter((_, joint) => from[joint]! < 0);
  if (missing.length > 0) {
    fail(`it does not know these joints of the student: ${missing.join(', ')}`, {
      expected: student.skeleton.keypoints.join(', '),
      got: skeleton.keypoints.join(', '),
      fix: 'Fine-tune the teacher on the same data first.',
    });
  }
  return from;
}
