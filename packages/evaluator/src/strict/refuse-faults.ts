import { LimberError } from '@limber/files';
import { areaPerBoxArea, countLabelled } from '@limber/keypoints';
import type { GroundTruth, TruePerson } from '../ground-truths/ground-truth.ts';
import type { ImageGroup } from '../images/group-by-image.ts';
import type { ResultTable } from '../results/result-table.ts';
import { withoutRows } from '../results/result-table.ts';
import type { Fault, FaultInList } from './find-faults.ts';
import { faultOfPerson, faultOfResult, findPersonFaults, findResultFaults } from './find-faults.ts';

/** Computes AP as pycocotools does. */
type Score = (persons: readonly TruePerson[], table: ResultTable) => number;

/**
 * Refuses annotations and results that would make AP wrong, and says what AP pycocotools would have given and what
 * it is with the faults out of the way: ids given anew, joints counted, anything else left out.
 *
 * @throws {LimberError} `invalid-annotations` or `shape-mismatch` at the first fault.
 */
export function refuseFaults(
  groundTruth: GroundTruth,
  table: ResultTable,
  { categoryIds, score }: { readonly categoryIds: readonly number[]; readonly score: Score },
): void {
  const joints = groundTruth.category.keypoints.length;
  const ofPersons = findPersonFaults(groundTruth, joints, categoryIds);
  const ofResults = findResultFaults(table, joints, categoryIds);
  const all = [...ofPersons, ...ofResults];
  const [first] = all;
  if (first === undefined) return;
  const got = all.length > 1 ? `${first.got} (and ${all.length - 1} more faults)` : first.got;
  if (all.some(({ code }) => code === 'shape-mismatch')) {
    throw errorOf({ ...first, got }, first.item, ' Is this another skeleton?');
  }
  const before = score(groundTruth.annotations, table);
  const after = score(
    withoutFaults(groundTruth.annotations, ofPersons),
    withoutRows(
      table,
      ofResults.map(({ index }) => index),
    ),
  );
  const advice =
    ` pycocotools would have said AP ${before.toFixed(4)}; without the fault AP is ${after.toFixed(4)}.` +
    ' Correct it, or ask for lenient to have the number of pycocotools.';
  throw errorOf({ ...first, got }, first.item, advice);
}

/** Ids are given anew and joints counted, persons with any other fault are left out. */
function withoutFaults(
  persons: readonly TruePerson[],
  faults: readonly FaultInList[],
): readonly TruePerson[] {
  const faultAt = new Map(faults.map((fault) => [fault.index, fault]));
  const freeId = persons.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;
  return persons.flatMap((person, index) => {
    const fault = faultAt.get(index);
    if (fault === undefined) return [person];
    if (fault.field === 'id') return [{ ...person, id: freeId + index }];
    if (fault.field !== 'num_keypoints') return [];
    return [{ ...person, num_keypoints: countLabelled(person.keypoints) }];
  });
}

/**
 * Refuses an image whose persons or results would make AP wrong.
 *
 * @throws {LimberError} `invalid-annotations` or `shape-mismatch`, naming image, item and field.
 */
export function refuseImageFaults(
  { id: imageId, persons, rows }: ImageGroup,
  table: ResultTable,
  joints: number,
): void {
  for (const person of persons) {
    const fault = faultOfPerson(person, joints);
    if (fault) throw errorOf(fault, `image ${imageId}: annotation (id ${person.id})`);
  }
  for (const row of rows) {
    const fault = faultOfResult(table, row, joints);
    if (fault) throw errorOf(fault, `image ${imageId}: results[${row}]`);
  }
}

/**
 * Refuses persons without an area of their own, and says what AP would be with that of the box.
 *
 * @throws {LimberError} `invalid-annotations` at the first of them.
 */
export function refuseMissingArea({ annotations }: GroundTruth, scoreByBox: () => number): void {
  const index = annotations.findIndex(isAreaOfBox);
  if (index < 0) return;
  const { id } = annotations[index]!;
  const more = annotations.filter(isAreaOfBox).length - 1;
  throw new LimberError('invalid-annotations', {
    where: `annotations[${index}] (id ${id}).area`,
    what: 'not its own',
    expected: 'the square pixels of the person',
    got: `${areaPerBoxArea} of its box${more > 0 ? ` (and in ${more} more)` : ''}`,
    fix:
      'pycocotools stops at a person without area with a KeyError. With that of the box in its place AP is ' +
      `${scoreByBox().toFixed(4)}, which is not the AP of the true areas. ` +
      'Give each person its area, or ask for areas by box.',
  });
}

function isAreaOfBox({ area_source }: TruePerson): boolean {
  return area_source === 'bbox';
}

function errorOf(fault: Fault, item: string, advice = ''): LimberError {
  const { code, field, what, expected, got, effect } = fault;
  const where = `${item}.${field}`;
  return new LimberError(code, { where, what, expected, got, fix: `${effect}${advice}` });
}
