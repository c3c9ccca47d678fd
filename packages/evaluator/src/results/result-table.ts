import { LimberError } from '@limber/files';
import type { CocoResult } from './coco-result.ts';
import { ResultTableBuilder } from './result-table-builder.ts';

/** Results as columns: what {@link CocoResult} says, without an object for each. */
export interface ResultTable {
  /** N */
  readonly length: number;
  /** [N] */
  readonly imageIds: Float64Array;
  /** [N] */
  readonly categoryIds: Float64Array;
  /** [N] */
  readonly scores: Float64Array;
  /** [N + 1] places in `keypoints` where each result begins; the last is the end. */
  readonly keypointStarts: Uint32Array;
  /** x, y (imagePx), score of all joints of all results. */
  readonly keypoints: Float64Array;
  /** [N] 1 where the result has a box. */
  readonly hasBox: Uint8Array;
  /** [N, 4] x, y, width, height in imagePx; 0 where there is none. */
  readonly boxes: Float64Array;
  /** true where all numbers are known to be finite; false where they are not, or nobody looked. */
  readonly isFinite: boolean;
}

/** Results as a list of objects or as columns. */
export type Results = readonly CocoResult[] | ResultTable;

/**
 * Copies a list of results into columns.
 *
 * @throws {LimberError} `shape-mismatch` for a box that is not four numbers.
 */
export function toResultTable(results: Results): ResultTable {
  if (isTable(results)) return results;
  const coordinates = results.length * (results[0]?.keypoints.length ?? 0);
  const builder = new ResultTableBuilder(results.length, coordinates);
  for (const [index, { image_id, category_id, keypoints, score, bbox }] of results.entries()) {
    for (let at = 0; at < keypoints.length; at++) builder.coordinates.add(keypoints[at]!);
    if (bbox !== undefined && bbox.length > 0) {
      if (bbox.length !== 4) throw notABox(`results[${index}].bbox`, bbox.length);
      builder.setBox(bbox[0]!, bbox[1]!, bbox[2]!, bbox[3]!);
    }
    builder.endResult(image_id, category_id, score);
  }
  return builder.finish();
}

/** One row of a table as an object. */
export function resultAt(table: ResultTable, row: number): CocoResult {
  const { imageIds, categoryIds, scores, keypointStarts, keypoints, hasBox, boxes } = table;
  const result = {
    image_id: imageIds[row]!,
    category_id: categoryIds[row]!,
    keypoints: Array.from(keypoints.subarray(keypointStarts[row], keypointStarts[row + 1])),
    score: scores[row]!,
  };
  if (hasBox[row] === 0) return result;
  return { ...result, bbox: Array.from(boxes.subarray(4 * row, 4 * row + 4)) };
}

function isTable(results: Results): results is ResultTable {
  return !Array.isArray(results);
}

function notABox(where: string, length: number): LimberError {
  const expected = '4 numbers (x, y, width, height)';
  const problem = { where, what: 'wrong length', expected, got: `${length}` };
  return new LimberError('shape-mismatch', problem);
}
