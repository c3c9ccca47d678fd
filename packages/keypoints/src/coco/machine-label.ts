import type { JsonPlace } from './json-fields.ts';
import { objectAt, unexpected } from './json-fields.ts';

/** That a model made a label, and nobody has changed it since. */
export interface MachineLabel {
  /** The model, such as `movenet-thunder`, or the folder of one's own. */
  readonly teacher: string;
  /** [K] how sure it was of each joint, also of those that are left out as not labelled: 0 to 1. */
  readonly scores?: readonly number[];
}

/** How many persons each model labelled, by its name; those that people labelled are not counted. */
export type MachineLabelCounts = Readonly<Record<string, number>>;

/** Counts persons by the model that labelled them. */
export interface MachineLabelCounter {
  readonly add: (person: { readonly machine_label?: MachineLabel }) => void;
  readonly counts: () => MachineLabelCounts;
}

/** A counter at 0. */
export function createMachineLabelCounter(): MachineLabelCounter {
  const persons = new Map<string, number>();
  return {
    add({ machine_label: label }) {
      if (label !== undefined) persons.set(label.teacher, (persons.get(label.teacher) ?? 0) + 1);
    },
    counts: () => Object.fromEntries(persons),
  };
}

/**
 * Says how many persons models labelled, such as `12 of 20 persons are labelled by movenet-thunder, not by people`.
 *
 * @param persons - how many there are together.
 * @returns undefined if people labelled all of them.
 */
export function describeMachineLabels(
  counts: MachineLabelCounts,
  persons: number,
): string | undefined {
  const models = Object.entries(counts);
  if (models.length === 0) return undefined;
  const labelled = models.reduce((sum, [, count]) => sum + count, 0);
  const by = models.map(([model, count]) => (models.length === 1 ? model : `${model} (${count})`));
  return `${labelled} of ${persons} persons are labelled by ${by.join(', ')}, not by people`;
}

/**
 * The field `machine_label` of an annotation.
 *
 * @param keypoints - of the annotation; null if it has none.
 * @throws {LimberError} `invalid-annotations` if it is something else.
 */
export function parseMachineLabel(
  value: unknown,
  place: JsonPlace,
  keypoints: readonly number[] | null,
): MachineLabel {
  const fields = objectAt(value, { ...place, field: 'machine_label' });
  const { teacher, scores } = fields;
  if (typeof teacher !== 'string' || teacher === '') {
    const field = 'machine_label.teacher';
    throw unexpected({ ...place, field }, 'the name of the model', { value: teacher, fields });
  }
  if (scores === undefined) return { teacher };
  const isForEach =
    Array.isArray(scores) &&
    scores.every((score) => typeof score === 'number') &&
    (keypoints === null || scores.length * 3 === keypoints.length);
  if (isForEach) return { teacher, scores };
  const field = 'machine_label.scores';
  throw unexpected({ ...place, field }, 'a number for each joint', { value: scores });
}
