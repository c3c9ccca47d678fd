import { areaRanges } from '../coco-protocol.ts';

const rangeCount = areaRanges.length;

/** What the evaluation keeps of an image once it is matched: 20 bytes a detection. */
export interface DetectionLog {
  /** Number of detections so far. */
  readonly length: number;
  /** [length] */
  readonly scores: Float64Array;
  /** [length, areas]: outcomes of {@link matchDetections}. */
  readonly outcomes: Uint32Array;
  /** [areas]: persons that count. */
  readonly personCounts: Float64Array;
  /** Makes room for an image's detections and returns the place of the first. */
  append(imageId: number, detectionCount: number): number;
  /** [length] places of detections, images by ascending id. */
  byImage(): Uint32Array;
}

/** Opens an empty log, for one category. */
export function createDetectionLog(): DetectionLog {
  let length = 0;
  let scores = new Float64Array(1024);
  let outcomes = new Uint32Array(1024 * rangeCount);
  const images: { id: number; start: number; end: number }[] = [];
  return {
    get length() {
      return length;
    },
    get scores() {
      return scores;
    },
    get outcomes() {
      return outcomes;
    },
    personCounts: new Float64Array(rangeCount),
    append: (id, detectionCount) => {
      const start = length;
      length += detectionCount;
      images.push({ id, start, end: length });
      if (length > scores.length) {
        const grownScores = new Float64Array(2 * length);
        grownScores.set(scores);
        scores = grownScores;
        const grownOutcomes = new Uint32Array(2 * length * rangeCount);
        grownOutcomes.set(outcomes);
        outcomes = grownOutcomes;
      }
      return start;
    },
    byImage: () => {
      const places = new Uint32Array(length);
      let at = 0;
      for (const { start, end } of images.toSorted((a, b) => a.id - b.id)) {
        for (let place = start; place < end; place++) places[at++] = place;
      }
      return places;
    },
  };
}
