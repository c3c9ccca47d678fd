import type { ResultTable } from '../results/result-table.ts';
import { selectRows } from '../results/select-rows.ts';
import type { Convention } from './convention.ts';
import type { MmposeOptions } from './mmpose-options.ts';
import { rescoreAsMmpose } from './rescore-as-mmpose.ts';

/** The results as another evaluation would see them. */
export function adaptResults(
  table: ResultTable,
  convention: Convention,
  sigmas: readonly number[],
  options: MmposeOptions,
): ResultTable {
  if (convention === 'pycocotools') return table;
  const scored = convention === 'mmpose' ? rescoreAsMmpose(table, sigmas, options) : table;
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
