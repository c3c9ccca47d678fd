import { doubled } from '../results/result-table.ts';

/** An image that was matched. */
export interface LoggedImage {
  readonly id: number;
  /** Places of its detections: from this one, */
  readonly start: number;
  /** to before this one. */
  readonly end: number;
  /** [areas]: its persons that count. */
  readonly personCounts: readonly number[];
}

/** What the evaluation keeps of the images of one category once they are matched: about 24 bytes a detection. */
export class DetectionLog {
  readonly rangeCount: number;
  /** Number of detections so far. */
  length = 0;
  /** [length] */
  scores: Float64Array = new Float64Array(1024);
  /** [length, areas]: outcomes of {@link matchDetections}. */
  outcomes: Uint32Array;
  /** [length]: similarity to the person that it gets at OKS 0.5; 0 where it gets none that counts. */
  similarities: Float32Array = new Float32Array(1024);
  /** In the order they came. */
  readonly images: LoggedImage[] = [];
  /** [joints]: sum of the similarity of single joints, over labelled joints of persons that were found at OKS 0.5. */
  readonly jointSums: Float64Array;
  /** [joints]: how many joints that sum has. */
  readonly jointCounts: Float64Array;

  constructor(rangeCount: number, joints: number) {
    this.rangeCount = rangeCount;
    this.outcomes = new Uint32Array(1024 * rangeCount);
    this.jointSums = new Float64Array(joints);
    this.jointCounts = new Float64Array(joints);
  }

  /** Makes room for an image's detections and returns the place of the first. */
  append(id: number, detectionCount: number, personCounts: readonly number[]): number {
    const start = this.length;
    this.length += detectionCount;
    this.images.push({ id, start, end: this.length, personCounts });
    while (this.length > this.scores.length) {
      this.scores = doubled(this.scores);
      this.outcomes = doubled(this.outcomes);
      this.similarities = doubled(this.similarities);
    }
    return start;
  }
}
