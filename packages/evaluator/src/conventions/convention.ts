import { areaPerBoxArea, countLabelled } from '@limber/keypoints';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { ResultTable } from '../results/result-table.ts';
import { selectRows } from '../results/result-table.ts';
import type { MmposeOptions } from './rescore-as-mmpose.ts';
import { rescoreAsMmpose } from './rescore-as-mmpose.ts';

/**
 * Whose numbers are to be computed.
 *
 * - `pycocotools`: the reference, with COCO's 17 sigmas by position, whatever the joints are called.
 * - `xtcocotools`: sigmas likewise; joints are counted instead of reading `num_keypoints`, results without a joint of score > 0 are
 *   left out, and annotation id 0 is an id like any other.
 * - `mmpose`: what MMPose's CocoMetric does to the predictions of a model (rescoring, OKS-NMS), then `xtcocotools`,
 *   with the sigmas of the dataset.
 */
export type Convention = 'pycocotools' | 'xtcocotools' | 'mmpose';

/** The packages whose numbers can be computed. */
export const conventions: readonly Convention[] = ['pycocotools', 'xtcocotools', 'mmpose'];

/**
 * Where the area of a true person comes from: its annotation, 0.53 of its box (MMPose's `use_area=False`), or its
 * annotation where that has one and its box elsewhere.
 */
export type PersonArea = 'annotation' | 'box' | 'annotation-or-box';

/** The persons as another evaluation would see them, in their order. Frame: imagePx. */
export function adaptPersons(
  persons: readonly TruePerson[],
  convention: Convention | undefined,
  area: PersonArea,
): readonly TruePerson[] {
  const sized = area === 'box' ? persons.map(withAreaOfBox) : persons;
  if (countsAsWritten(convention)) return sized;
  const freeId = persons.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;
  return sized.map((person) => ({
    ...person,
    id: person.id === 0 ? freeId : person.id,
    num_keypoints: countLabelled(person.keypoints),
  }));
}

/** Whether persons and results are taken as they stand. */
function countsAsWritten(convention: Convention | undefined): boolean {
  return convention === undefined || convention === 'pycocotools';
}

function withAreaOfBox(person: TruePerson): TruePerson {
  // in the order that xtcocotools multiplies in: the last bit decides ties
  return { ...person, area: person.bbox[3] * person.bbox[2] * areaPerBoxArea };
}

/**
 * The results as another evaluation would see them.
 *
 * @param options.sigmas - [K] spread per joint.
 * @param options.mmpose - settings of the convention `mmpose`.
 */
export function adaptResults(
  table: ResultTable,
  convention: Convention | undefined,
  options: { readonly sigmas: readonly number[]; readonly mmpose?: MmposeOptions | undefined },
): ResultTable {
  if (countsAsWritten(convention)) return table;
  const { sigmas, mmpose = {} } = options;
  const scored = convention === 'mmpose' ? rescoreAsMmpose(table, sigmas, mmpose) : table;
  return withoutBlank(scored);
}

/** Without the results of which no joint has a score > 0. */
function withoutBlank(table: ResultTable): ResultTable {
  const { keypoints, keypointStarts } = table;
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    let at = keypointStarts[row]! + 2;
    const end = keypointStarts[row + 1]!;
    while (at < end && !(keypoints[at]! > 0)) at += 3;
    if (at < end) rows.push(row);
  }
  return rows.length === table.length ? table : selectRows(table, rows);
}
