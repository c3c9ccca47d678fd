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
export interface DetectionLog {
  readonly rangeCount: number;
  /** Number of detections so far. */
  readonly length: number;
  /** [length] */
  readonly scores: Float64Array;
  /** [length, areas]: outcomes of {@link matchDetections}. */
  readonly outcomes: Uint32Array;
  /** [length]: similarity to the person that it gets at OKS 0.5; 0 where it gets none that counts. */
  readonly similarities: Float32Array;
  /** In the order they came. */
  readonly images: readonly LoggedImage[];
  /** [joints]: sum of the similarity of single joints, over labelled joints of persons that were found at OKS 0.5. */
  readonly jointSums: Float64Array;
  /** [joints]: how many joints that sum has. */
  readonly jointCounts: Float64Array;
  /** Makes room for an image's detections and returns the place of the first. */
  append(imageId: number, detectionCount: number, personCounts: readonly number[]): number;
}

/** Opens an empty log, for one category. */
export function createDetectionLog(rangeCount: number, joints: number): DetectionLog {
  let length = 0;
  let scores = new Float64Array(1024);
  let outcomes = new Uint32Array(1024 * rangeCount);
  let similarities = new Float32Array(1024);
  const images: LoggedImage[] = [];
  const makeRoom = (): void => {
    const larger = new Float64Array(2 * length);
    larger.set(scores);
    scores = larger;
    const largerOutcomes = new Uint32Array(2 * length * rangeCount);
    largerOutcomes.set(outcomes);
    outcomes = largerOutcomes;
    const largerSimilarities = new Float32Array(2 * length);
    largerSimilarities.set(similarities);
    similarities = largerSimilarities;
  };
  return {
    rangeCount,
    get length() {
      return length;
    },
    get scores() {
      return scores;
    },
    get outcomes() {
      return outcomes;
    },
    get similarities() {
      return similarities;
    },
    images,
    jointSums: new Float64Array(joints),
    jointCounts: new Float64Array(joints),
    append: (id, detectionCount, personCounts) => {
      const start = length;
      length += detectionCount;
      images.push({ id, start, end: length, personCounts });
      if (length > scores.length) makeRoom();
      return start;
    },
  };
}
