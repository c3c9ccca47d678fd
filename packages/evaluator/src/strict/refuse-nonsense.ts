import { LimberError } from '@limber/files';
import type { GroundTruth, TruePerson } from '../ground-truths/ground-truth.ts';
import type { ResultTable } from '../results/result-table.ts';
import { selectRows } from '../results/result-table.ts';
import type { Finding } from './find-nonsense.ts';
import { findInPersons, findInResults } from './find-nonsense.ts';

/** Computes AP as pycocotools does. */
type Score = (persons: readonly TruePerson[], table: ResultTable) => number;

/**
 * Refuses annotations and results that would make AP wrong, and says what AP pycocotools would have given and what
 * it is with the faults out of the way: ids given anew, anything else left out.
 *
 * @throws {LimberError} `invalid-annotations` or `shape-mismatch` at the first fault.
 */
export function refuseNonsense(
  groundTruth: GroundTruth,
  table: ResultTable,
  categoryIds: readonly number[],
  score: Score,
): void {
  const joints = groundTruth.category.keypoints.length;
  const inPersons = findInPersons(groundTruth, joints, categoryIds);
  const inResults = findInResults(table, joints, categoryIds);
  const all = [...inPersons, ...inResults];
  const [first] = all;
  if (first === undefined) return;
  const { code, item, field, what, expected, effect } = first;
  const got = all.length > 1 ? `${first.got} (and ${all.length - 1} more faults)` : first.got;
  const advice = all.some((finding) => finding.code === 'shape-mismatch')
    ? 'Is this another skeleton?'
    : `${comparison(groundTruth.annotations, table, inPersons, inResults, score)} Correct it, or ask for lenient to have the number of pycocotools.`;
  const fix = `${effect} ${advice}`;
  throw new LimberError(code, { where: `${item}.${field}`, what, expected, got, fix });
}

function comparison(
  persons: readonly TruePerson[],
  table: ResultTable,
  inPersons: readonly Finding[],
  inResults: readonly Finding[],
  score: Score,
): string {
  const badPersons = new Map(inPersons.map((finding) => [finding.index, finding]));
  const badResults = new Set(inResults.map(({ index }) => index));
  const freeId = persons.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;
  const goodPersons = persons.flatMap((person, index) => {
    const finding = badPersons.get(index);
    if (finding === undefined) return [person];
    return finding.field === 'id' ? [{ ...person, id: freeId + index }] : [];
  });
  const rows = Array.from({ length: table.length }, (_, row) => row);
  const goodRows = rows.filter((row) => !badResults.has(row));
  const goodResults = selectRows(table, goodRows);
  const before = score(persons, table);
  const after = score(goodPersons, goodResults);
  return `pycocotools would have said AP ${before.toFixed(4)}; without the fault AP is ${after.toFixed(4)}.`;
}
