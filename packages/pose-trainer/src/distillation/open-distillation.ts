import type { Engine } from '@limber/engine';
import type { Student } from './check-teacher.ts';
import type { Distillation } from './create-distillation.ts';
import { createDistillation } from './create-distillation.ts';
import type { Teacher, TeacherPlace } from './teacher.ts';
import { digestTeacher, findTeacher, loadTeacher } from './teacher.ts';

/** What a student learns, of whom, and what changes with the teacher. */
interface Lesson {
  /** Its model is to be disposed. */
  readonly teacher: Teacher;
  readonly distillation: Distillation;
  readonly digest: string;
}

/**
 * Opens what a training learns from a teacher, and says so; null if its configuration has none.
 *
 * @throws {LimberError} as `findTeacher`, `loadTeacher` and `createDistillation`.
 */
export async function openDistillation(
  options: TeacherPlace & {
    readonly engine: Engine;
    readonly onProgress?: (line: string) => void;
  },
  student: Student,
): Promise<Lesson | null> {
  const source = findTeacher(options);
  if (source === null) return null;
  const { engine, onProgress = () => {} } = options;
  const { alpha, temperature } = options.config.distillation!;
  const digest = await digestTeacher(source);
  const teacher = await loadTeacher(engine, source, onProgress);
  try {
    const distillation = createDistillation(engine, { teacher, student }, { alpha, temperature });
    const { name, inputSize } = teacher.model.spec;
    onProgress(
      `Learning from the teacher ${source}, a ${name} of ${inputSize.height}x${inputSize.width}, with alpha ${alpha}.`,
    );
    return { teacher, distillation, digest };
  } catch (error) {
    teacher.model.dispose();
    throw error;
  }
}
