import { NumberList } from './number-list.ts';
import type { ResultTable } from './result-table.ts';

/** Collects results into columns that grow by doubling. */
export class ResultTableBuilder {
  #length = 0;
  #imageIds: Float64Array;
  #categoryIds: Float64Array;
  #scores: Float64Array;
  #keypointStarts: Uint32Array;
  #hasBox: Uint8Array;
  #boxes: Float64Array;

  /** Takes the keypoints of the result at hand. */
  readonly coordinates: NumberList;

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
    this.#hasBox = new Uint8Array(size);
    this.#boxes = new Float64Array(4 * size);
    this.coordinates = new NumberList(coordinates);
  }

  get length(): number {
    return this.#length;
  }

  /** The box of the result at hand. Frame: imagePx. */
  setBox(x: number, y: number, width: number, height: number): void {
    if (this.#length === this.#hasBox.length) this.#growRows();
    const row = this.#length;
    this.#hasBox[row] = 1;
    this.#boxes[4 * row] = x;
    this.#boxes[4 * row + 1] = y;
    this.#boxes[4 * row + 2] = width;
    this.#boxes[4 * row + 3] = height;
  }

  /** Forgets what came of the result at hand. */
  restartResult(): void {
    this.restartKeypoints();
    if (this.#length < this.#hasBox.length) this.#hasBox[this.#length] = 0;
  }

  /** Forgets the keypoints of the result at hand. */
  restartKeypoints(): void {
    this.coordinates.length = this.#keypointStarts[this.#length]!;
  }

  endResult(imageId: number, categoryId: number, score: number): void {
    if (this.#length === this.#hasBox.length) this.#growRows();
    const row = this.#length++;
    this.#imageIds[row] = imageId;
    this.#categoryIds[row] = categoryId;
    this.#scores[row] = score;
    this.#keypointStarts[row + 1] = this.coordinates.length;
  }

  /** Adds all results of a table. */
  append(table: ResultTable): void {
    while (this.#length + table.length > this.#hasBox.length) this.#growRows();
    const row = this.#length;
    const offset = this.coordinates.length;
    this.#imageIds.set(table.imageIds, row);
    this.#categoryIds.set(table.categoryIds, row);
    this.#scores.set(table.scores, row);
    this.#hasBox.set(table.hasBox, row);
    this.#boxes.set(table.boxes, 4 * row);
    for (let index = 1; index <= table.length; index++) {
      this.#keypointStarts[row + index] = offset + table.keypointStarts[index]!;
    }
    this.coordinates.addAll(table.keypoints);
    this.#length += table.length;
  }

  /**
   * The table. It shares memory with the builder, which is not to be used any more.
   *
   * @param isFinite - whether all numbers are known to be finite.
   */
  finish(isFinite = false): ResultTable {
    const length = this.#length;
    return {
      length,
      imageIds: this.#imageIds.subarray(0, length),
      categoryIds: this.#categoryIds.subarray(0, length),
      scores: this.#scores.subarray(0, length),
      keypointStarts: this.#keypointStarts.subarray(0, length + 1),
      keypoints: this.coordinates.values.subarray(0, this.coordinates.length),
      hasBox: this.#hasBox.subarray(0, length),
      boxes: this.#boxes.subarray(0, 4 * length),
      isFinite,
    };
  }

  #growRows(): void {
    this.#imageIds = grown(this.#imageIds);
    this.#categoryIds = grown(this.#categoryIds);
    this.#scores = grown(this.#scores);
    this.#keypointStarts = grown(this.#keypointStarts);
    this.#hasBox = grown(this.#hasBox);
    this.#boxes = grown(this.#boxes);
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(values: T): T {
  const TypedArray = values.constructor as new (length: number) => T;
  const larger = new TypedArray(2 * values.length);
  larger.set(values);
  return larger;
}
