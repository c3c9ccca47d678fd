import type { DetectionLog } from '../accumulate/detection-log.ts';
import type { AreaRange } from '../coco-protocol.ts';
import { oksThresholds } from '../coco-protocol.ts';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import { jointSimilarity } from '../oks/joint-similarity.ts';
import type { ImageContent } from '../oks/oks-matrix.ts';
import { createOksMatrix } from '../oks/oks-matrix.ts';
import type { AreaSource } from '../results/area-of-result.ts';
import { areaOfResult } from '../results/area-of-result.ts';
import type { ResultTable } from '../results/result-table.ts';
import { matchDetections } from './match-detections.ts';
import { rankByScore } from './rank-by-score.ts';

/** The persons and results of one category in one image. */
interface CategoryContent {
  readonly persons: readonly TruePerson[];
  readonly table: ResultTable;
  /** Rows of the table, in their order. */
  readonly rows: Uint32Array;
  readonly areaSource: AreaSource;
}

/** Matches one image and writes what came of it into the log. */
export type ImageMatcher = (log: DetectionLog, imageId: number, content: CategoryContent) => void;

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
  let detections = createDetectionScratch(64);
  let truth = createPersonScratch(64);

  return (log, imageId, { persons, table, rows, areaSource }) => {
    if (rows.length > detections.size) detections = createDetectionScratch(2 * rows.length);
    if (persons.length > truth.size) truth = createPersonScratch(2 * persons.length);
    const { ranked, areas, bestOks } = detections;
    ranked.set(rows);
    rankByScore(table.scores, ranked, rows.length);
    const content = { persons, table, ranked, count: Math.min(rows.length, maxDetections) };
    const personCounts: number[] = [];
    const start = log.append(imageId, content.count, personCounts);
    copyScores(content, log.scores, start);
    measureAreas(content, areaSource, areas);
    const oks = oksMatrix(content);
    findBest(content, oks, bestOks);
    for (let index = 0; index < persons.length; index++) {
      truth.isCrowd[index] = persons[index]!.iscrowd;
      truth.hasNonzeroId[index] = persons[index]!.id === 0 ? 0 : 1;
    }
    const { personOrder, isIgnored, isCrowd, hasNonzeroId, taken } = truth;
    const image = {
      oks,
      bestOks,
      detectionCount: content.count,
      personCount: persons.length,
      personOrder,
      isIgnored,
      isCrowd,
      hasNonzeroId,
      isOutOfRange: detections.isOutOfRange,
      taken,
      matches: detections.matches,
    };
    for (let area = 0; area < ranges.length; area++) {
      personCounts.push(orderPersons(persons, ranges[area]!, truth));
      markOutOfRange(detections, content.count, ranges[area]!);
      matchDetections(image, {
        outcomes: log.outcomes,
        start: start * ranges.length + area,
        stride: ranges.length,
      });
      if (area === 0) logSimilarities(log, content, oks);
    }
  };

  /** Of the persons that were found at the lowest OKS threshold. */
  function logSimilarities(
    log: DetectionLog,
    { persons, table, ranked, count }: ImageContent,
    oks: Float64Array,
  ): void {
    const start = log.length - count;
    for (let row = 0; row < count; row++) {
      const match = detections.matches[row]!;
      if (match < 0 || truth.isIgnored[match] === 1) continue;
      const person = persons[match]!;
      log.similarities[start + row] = oks[row * persons.length + match]!;
      keypoints.set(person.keypoints);
      const found = table.keypointStarts[ranked[row]!]!;
      for (let joint = 0; joint < sigmas.length; joint++) {
        const at = 3 * joint;
        if (!(keypoints[at + 2]! > 0)) continue;
        const dx = table.keypoints[found + at]! - keypoints[at]!;
        const dy = table.keypoints[found + at + 1]! - keypoints[at + 1]!;
        const squaredPx = dx * dx + dy * dy;
        log.jointSums[joint]! += jointSimilarity(squaredPx, sigmas[joint]!, person.area);
        log.jointCounts[joint]!++;
      }
    }
  }
}

// Loops stand in functions of their own: V8 compiles those for speed long before it does a whole match.

function copyScores(
  { table, ranked, count }: ImageContent,
  out: Float64Array,
  start: number,
): void {
  for (let row = 0; row < count; row++) out[start + row] = table.scores[ranked[row]!]!;
}

function measureAreas(
  { table, ranked, count }: ImageContent,
  source: AreaSource,
  out: Float64Array,
): void {
  for (let row = 0; row < count; row++) out[row] = areaOfResult(table, ranked[row]!, source);
}

function markOutOfRange(
  { areas, isOutOfRange }: DetectionScratch,
  count: number,
  { low, high }: AreaRange,
): void {
  for (let row = 0; row < count; row++) {
    isOutOfRange[row] = areas[row]! < low || areas[row]! > high ? 1 : 0;
  }
}

/** @param best - written: the highest similarity of each detection, Infinity where one is NaN. */
function findBest({ persons, count }: ImageContent, oks: Float64Array, best: Float64Array): void {
  for (let row = 0, at = 0; row < count; row++) {
    let highest = 0;
    for (const end = at + persons.length; at < end; at++) {
      const similarity = oks[at]!;
      if (similarity > highest) highest = similarity;
      else if (Number.isNaN(similarity)) highest = Infinity;
    }
    best[row] = highest;
  }
}

/** Marks the persons that do not count in an area range, puts them last, and returns how many count. */
function orderPersons(
  persons: readonly TruePerson[],
  { low, high }: AreaRange,
  { isIgnored, personOrder }: PersonScratch,
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
