import { LimberError } from '@limber/files';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { ResultTable } from '../results/result-table.ts';
import type { Nonsense } from './nonsense.ts';
import { nonsenseInPerson, nonsenseInResult } from './nonsense.ts';

/**
 * Refuses an image whose persons or results would make AP wrong.
 *
 * @throws {LimberError} `invalid-annotations` or `shape-mismatch`, naming image, item and field.
 */
export function refuseImageNonsense(
  imageId: number,
  persons: readonly TruePerson[],
  table: ResultTable,
  rows: Uint32Array,
  joints: number,
): void {
  for (const person of persons) {
    const nonsense = nonsenseInPerson(person, joints);
    if (nonsense) throw errorOf(nonsense, `image ${imageId}: annotation (id ${person.id})`);
  }
  for (const row of rows) {
    const nonsense = nonsenseInResult(table, row, joints);
    if (nonsense) throw errorOf(nonsense, `image ${imageId}: results[${row}]`);
  }
}

function errorOf(nonsense: Nonsense, item: string): LimberError {
  const { code, field, what, expected, got, effect } = nonsense;
  return new LimberError(code, { where: `${item}.${field}`, what, expected, got, fix: effect });
}
