import { oksThresholds } from '../coco-protocol.ts';

const thresholdCount = oksThresholds.length;

/** The persons and detections of one image in one area range, and room to match them. */
export interface MatchInput {
  /** [detectionCount, personCount], detections in the order of their scores. */
  readonly oks: Float64Array;
  /** [detectionCount]: the highest of each row of `oks`; Infinity where it has a NaN. */
  readonly bestOks: Float64Array;
  readonly detectionCount: number;
  readonly personCount: number;
  /** [personCount] columns of `oks`: persons that count first, ignored ones after them. */
  readonly personOrder: Uint32Array;
  /** By column: 1 for a person outside the range, a crowd, or one without labelled joints. */
  readonly isIgnored: Uint8Array;
  /** By column: 1 for a crowd, which takes any number of detections. */
  readonly isCrowd: Uint8Array;
  /** By column: 0 for the annotation id 0, whose matches pycocotools cannot tell from none. */
  readonly hasNonzeroId: Uint8Array;
  /** By detection: 1 where its own area is outside the range. */
  readonly isOutOfRange: Uint8Array;
  /** Scratch, at least [personCount]. */
  readonly taken: Uint8Array;
  /** Written: [detectionCount] the person that each detection gets at the lowest threshold, or -1. */
  readonly matches: Int32Array;
}

/** Where outcomes are written: that of detection i at `start + i * stride`. */
export interface OutcomePlaces {
  /** Of each detection `truePositiveBit << t` or `falsePositiveBit << t`, for all thresholds t. */
  readonly outcomes: Uint32Array;
  readonly start: number;
  readonly stride: number;
}

/** Bit t of an outcome: right at OKS threshold t. */
export const truePositiveBit = 1;
/** Bit t of an outcome: wrong at OKS threshold t. Where neither bit is set the detection is ignored. */
export const falsePositiveBit: number = 1 << thresholdCount;

/** The outcome of a detection that is wrong at every threshold. */
export const allFalsePositive: number = ((1 << thresholdCount) - 1) * falsePositiveBit;

/**
 * Gives each detection, best score first, the most similar person that is still free, at every OKS threshold.
 *
 * Of equally similar persons the last one is taken; a person that counts is preferred to an ignored one; a crowd
 * takes any number of detections. A detection without a person is wrong, unless its area is outside the range.
 * A NaN similarity matches, since it is not less than any threshold.
 */
export function matchDetections(
  input: MatchInput,
  { outcomes, start, stride }: OutcomePlaces,
): void {
  const { detectionCount, personCount, bestOks } = input;
  const { isIgnored, hasNonzeroId, isOutOfRange, taken, matches } = input;
  let highest = 0;
  // what becomes of a detection without a person
  for (let detection = 0; detection < detectionCount; detection++) {
    outcomes[start + detection * stride] = isOutOfRange[detection] === 1 ? 0 : allFalsePositive;
    matches[detection] = -1;
    if (bestOks[detection]! > highest) highest = bestOks[detection]!;
  }
  for (let t = 0; t < thresholdCount; t++) {
    const threshold = oksThresholds[t]!;
    if (highest < threshold) break;
    taken.fill(0, 0, personCount);
    for (let detection = 0; detection < detectionCount; detection++) {
      if (bestOks[detection]! < threshold) continue;
      const person = mostSimilar(input, detection, threshold);
      if (person < 0) continue;
      if (t === 0) matches[detection] = person;
      taken[person] = 1;
      const at = start + detection * stride;
      if (isIgnored[person] === 1) outcomes[at]! &= ~(falsePositiveBit << t);
      else if (hasNonzeroId[person] === 1) {
        outcomes[at] = (outcomes[at]! & ~(falsePositiveBit << t)) | (truePositiveBit << t);
      }
    }
  }
}

function mostSimilar(input: MatchInput, detection: number, threshold: number): number {
  const { oks, personCount, personOrder, isIgnored, isCrowd, taken } = input;
  const row = detection * personCount;
  let best = threshold;
  let match = -1;
  for (let at = 0; at < personCount; at++) {
    const person = personOrder[at]!;
    if (taken[person] === 1 && isCrowd[person] === 0) continue;
    if (match >= 0 && isIgnored[match] === 0 && isIgnored[person] === 1) break;
    const similarity = oks[row + person]!;
    if (similarity < best) continue;
    best = similarity;
    match = person;
  }
  return match;
}
