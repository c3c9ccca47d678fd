import type { ResultTable } from './result-table.ts';
import { ResultTableBuilder } from './result-table-builder.ts';

/** What may be said of a result anew. */
export interface RowChanges {
  /** By row of the table. */
  readonly scores?: Float64Array;
  /** Leave the boxes out. */
  readonly withoutBoxes?: boolean;
}

/** Some rows of a table, in the order given. */
export function selectRows(
  table: ResultTable,
  rows: ArrayLike<number>,
  changes: RowChanges = {},
): ResultTable {
  const { keypoints, keypointStarts, boxes } = table;
  const { scores = table.scores, withoutBoxes = false } = changes;
  const builder = new ResultTableBuilder(rows.length, keypoints.length);
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    for (let at = keypointStarts[row]!; at < keypointStarts[row + 1]!; at++) {
      builder.coordinates.add(keypoints[at]!);
    }
    if (table.hasBox[row] === 1 && !withoutBoxes) {
      const at = 4 * row;
      builder.setBox(boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!);
    }
    builder.endResult(table.imageIds[row]!, table.categoryIds[row]!, scores[row]!);
  }
  return builder.finish();
}
