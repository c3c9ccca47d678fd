import type { AreaSource } from '../results/area-of-result.ts';
import { areaOfResult } from '../results/area-of-result.ts';
import type { DetectionLog } from '../accumulate/detection-log.ts';
import type { AreaRange } from '../coco-protocol.ts';
import { oksThresholds } from '../coco-protocol.ts';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import { jointSimilarities } from '../oks/joint-similarities.ts';
import { createOksMatrix } from '../oks/oks-matrix.ts';
import type { ResultTable } from '../results/result-table.ts';
import { matchDetections } from './match-detections.ts';
import { rankByScore } from './rank-by-score.ts';

/** The persons and results of one category in one image. */
interface ImageContent {
  readonly persons: readonly TruePerson[];
  readonly table: ResultTable;
  /** Rows of the table, in their order. */
  readonly rows: Uint32Array;
  readonly areaSource: AreaSource;
}

/** Matches one image and writes what came of it into the log. */
export type ImageMatcher = (log: DetectionLog, imageId: number, content: ImageContent) => void;

/**
 * Prepares the matching of images, with scratch arrays that all of them share.
 *
 * @param ranges - the first is the one that similarities are logged of.
 */
export function createImageMatcher(
  sigmas: readonly number[],
  maxDetections: number,
  ranges: readonly AreaRange[],
): ImageMatcher {
  const oksMatrix = createOksMatrix(sigmas, oksThresholds[0]!);
  const keypoints = new Float64Array(3 * sigmas.length);
  const similarities = new Float64Array(sigmas.length);
  let detections = createDetectionScratch(64);
  let truth = createPersonScratch(64);

  return (log, imageId, { persons, table, rows, areaSource }) => {
    const personCount = persons.length;
    if (rows.length > detections.size) detections = createDetectionScratch(2 * rows.length);
    if (personCount > truth.size) truth = createPersonScratch(2 * personCount);
    const { ranked, areas, bestOks, isOutOfRange, matches } = detections;
    ranked.set(rows);
    rankByScore(table.scores, ranked, rows.length);
    const detectionCount = Math.min(rows.length, maxDetections);
    const personCounts: number[] = [];
    const start = log.append(imageId, detectionCount, personCounts);
    copyScores(table, ranked, detectionCount, log.scores, start);
    measureAreas(table, ranked, detectionCount, areaSource, areas);
    const oks = oksMatrix(persons, table, ranked, detectionCount);
    const { isCrowd, hasNonzeroId, isIgnored, personOrder, taken } = truth;
    for (let index = 0; index < personCount; index++) {
      isCrowd[index] = persons[index]!.iscrowd;
      hasNonzeroId[index] = persons[index]!.id === 0 ? 0 : 1;
    }
    findBest(oks, detectionCount, personCount, bestOks);
    const input = {
      oks,
      bestOks,
      detectionCount,
      personCount,
      personOrder,
      isIgnored,
      isCrowd,
      hasNonzeroId,
      isOutOfRange,
    };
    for (let area = 0; area < ranges.length; area++) {
      const { low, high } = ranges[area]!;
      personCounts.push(orderPersons(persons, low, high, isIgnored, personOrder));
      markOutOfRange(areas, detectionCount, low, high, isOutOfRange);
      matchDetections(
        input,
        log.outcomes,
        start * ranges.length + area,
        ranges.length,
        taken,
        matches,
      );
      if (area > 0) continue;
      for (let row = 0; row < detectionCount; row++) {
        const match = matches[row]!;
        if (match < 0 || isIgnored[match] === 1) continue;
        log.similarities[start + row] = oks[row * personCount + match]!;
        const person = persons[match]!;
        keypoints.set(person.keypoints);
        jointSimilarities(keypoints, person.area, table, ranked[row]!, sigmas, similarities);
        addToSums(log, similarities);
      }
    }
  };
}

// Loops stand in functions of their own: V8 compiles those for speed long before it does a whole match.

function copyScores(
  { scores }: ResultTable,
  ranked: Uint32Array,
  count: number,
  out: Float64Array,
  start: number,
): void {
  for (let row = 0; row < count; row++) out[start + row] = scores[ranked[row]!]!;
}

function measureAreas(
  table: ResultTable,
  ranked: Uint32Array,
  count: number,
  source: AreaSource,
  out: Float64Array,
): void {
  for (let row = 0; row < count; row++) out[row] = areaOfResult(table, ranked[row]!, source);
}

function markOutOfRange(
  areas: Float64Array,
  count: number,
  low: number,
  high: number,
  out: Uint8Array,
): void {
  for (let row = 0; row < count; row++) out[row] = areas[row]! < low || areas[row]! > high ? 1 : 0;
}

/** @param best - written: the highest similarity of each detection, Infinity where one is NaN. */
function findBest(
  oks: Float64Array,
  detectionCount: number,
  personCount: number,
  best: Float64Array,
): void {
  for (let row = 0, at = 0; row < detectionCount; row++) {
    let highest = 0;
    for (const end = at + personCount; at < end; at++) {
      const similarity = oks[at]!;
      if (similarity > highest) highest = similarity;
      else if (Number.isNaN(similarity)) highest = Infinity;
    }
    best[row] = highest;
  }
}

function addToSums({ jointSums, jointCounts }: DetectionLog, similarities: Float64Array): void {
  for (let joint = 0; joint < similarities.length; joint++) {
    if (similarities[joint]! < 0) continue;
    jointSums[joint]! += similarities[joint]!;
    jointCounts[joint]!++;
  }
}

/** Marks the persons that do not count in an area range, puts them last, and returns how many count. */
function orderPersons(
  persons: readonly TruePerson[],
  low: number,
  high: number,
  isIgnored: Uint8Array,
  personOrder: Uint32Array,
): number {
  let counted = 0;
  for (let index = 0; index < persons.length; index++) {
    const { iscrowd, num_keypoints, area } = persons[index]!;
    const ignored = iscrowd === 1 || num_keypoints === 0 || area < low || area > high;
    isIgnored[index] = ignored ? 1 : 0;
    if (!ignored) personOrder[counted++] = index;
  }
  for (let index = 0, at = counted; index < persons.length; index++) {
    if (isIgnored[index] === 1) personOrder[at++] = index;
  }
  return counted;
}

interface DetectionScratch {
  readonly size: number;
  readonly ranked: Uint32Array;
  readonly areas: Float64Array;
  readonly bestOks: Float64Array;
  readonly isOutOfRange: Uint8Array;
  readonly matches: Int32Array;
}

function createDetectionScratch(size: number): DetectionScratch {
  return {
    size,
    ranked: new Uint32Array(size),
    areas: new Float64Array(size),
    bestOks: new Float64Array(size),
    isOutOfRange: new Uint8Array(size),
    matches: new Int32Array(size),
  };
}

interface PersonScratch {
  readonly size: number;
  readonly personOrder: Uint32Array;
  readonly isIgnored: Uint8Array;
  readonly isCrowd: Uint8Array;
  readonly hasNonzeroId: Uint8Array;
  readonly taken: Uint8Array;
}

function createPersonScratch(size: number): PersonScratch {
  return {
    size,
    personOrder: new Uint32Array(size),
    isIgnored: new Uint8Array(size),
    isCrowd: new Uint8Array(size),
    hasNonzeroId: new Uint8Array(size),
    taken: new Uint8Array(size),
  };
}
