import { LimberError } from '@limber/files';
import type { CocoResult } from './coco-result.ts';

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
  const builder = new ResultTableBuilder(
    results.length,
    results.length * (results[0]?.keypoints.length ?? 0),
  );
  for (const [index, result] of results.entries()) {
    const { bbox = [] } = result;
    if (bbox.length !== 0 && bbox.length !== 4) {
      throw new LimberError('shape-mismatch', {
        where: `results[${index}].bbox`,
        what: 'wrong length',
        expected: '4 numbers (x, y, width, height)',
        got: `${bbox.length}`,
      });
    }
    builder.add(result);
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

/** Some rows of a table, in the order given. */
export function selectRows(table: ResultTable, rows: readonly number[]): ResultTable {
  const builder = new ResultTableBuilder(rows.length, table.keypoints.length);
  for (const row of rows) builder.add(resultAt(table, row));
  return builder.finish();
}

/** All rows of a table but some. */
export function withoutRows(table: ResultTable, rows: readonly number[]): ResultTable {
  const left = new Set(rows);
  const all = Array.from({ length: table.length }, (_, row) => row);
  return selectRows(
    table,
    all.filter((row) => !left.has(row)),
  );
}

/** Collects results into columns that grow by doubling. */
export class ResultTableBuilder {
  #length = 0;
  #imageIds: Float64Array;
  #categoryIds: Float64Array;
  #scores: Float64Array;
  #keypointStarts: Uint32Array;
  #keypoints: Float64Array;
  #hasBox: Uint8Array;
  #boxes: Float64Array;

  /**
   * @param rows - room for this many results to begin with.
   * @param coordinates - room for this many numbers of keypoints to begin with.
   */
  constructor(rows: number, coordinates: number) {
    const size = Math.max(1, rows);
    this.#imageIds = new Float64Array(size);
    this.#categoryIds = new Float64Array(size);
    this.#scores = new Float64Array(size);
    this.#keypointStarts = new Uint32Array(size + 1);
    this.#keypoints = new Float64Array(Math.max(1, Math.ceil(coordinates)));
    this.#hasBox = new Uint8Array(size);
    this.#boxes = new Float64Array(4 * size);
  }

  get length(): number {
    return this.#length;
  }

  /** Copies a result. Its box has four numbers; an empty one counts as none. */
  add({ image_id, category_id, score, keypoints, bbox }: CocoResult): void {
    if (this.#length === this.#hasBox.length) this.#growRows();
    const row = this.#length++;
    this.#imageIds[row] = image_id;
    this.#categoryIds[row] = category_id;
    this.#scores[row] = score;
    const start = this.#keypointStarts[row]!;
    const end = start + keypoints.length;
    while (end > this.#keypoints.length) this.#keypoints = doubled(this.#keypoints);
    // V8 would compile a loop anew for each of its kinds of lists
    this.#keypoints.set(keypoints, start);
    this.#keypointStarts[row + 1] = end;
    if (bbox === undefined || bbox.length === 0) return;
    this.#hasBox[row] = 1;
    this.#boxes.set(bbox, 4 * row);
  }

  /** The table. It shares memory with the builder, which must not be used any more. */
  finish(): ResultTable {
    const length = this.#length;
    const keypointStarts = this.#keypointStarts.subarray(0, length + 1);
    return {
      length,
      imageIds: this.#imageIds.subarray(0, length),
      categoryIds: this.#categoryIds.subarray(0, length),
      scores: this.#scores.subarray(0, length),
      keypointStarts,
      keypoints: this.#keypoints.subarray(0, keypointStarts[length]),
      hasBox: this.#hasBox.subarray(0, length),
      boxes: this.#boxes.subarray(0, 4 * length),
    };
  }

  #growRows(): void {
    this.#imageIds = doubled(this.#imageIds);
    this.#categoryIds = doubled(this.#categoryIds);
    this.#scores = doubled(this.#scores);
    this.#keypointStarts = doubled(this.#keypointStarts);
    this.#hasBox = doubled(this.#hasBox);
    this.#boxes = doubled(this.#boxes);
  }
}

/** A copy of a column with room for twice as many values. */
export function doubled<T extends Float64Array | Float32Array | Uint32Array | Uint8Array>(
  values: T,
): T {
  const TypedArray = values.constructor as new (length: number) => T;
  const larger = new TypedArray(2 * values.length);
  larger.set(values);
  return larger;
}

function isTable(results: Results): results is ResultTable {
  return !Array.isArray(results);
}
