import type { AreaSource } from '../results/area-of-result.ts';
import { areaOfResult } from '../results/area-of-result.ts';
import type { DetectionLog } from '../accumulate/detection-log.ts';
import { areaRanges } from '../coco-protocol.ts';
import type { TruePerson } from '../ground-truth.ts';
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

/** Prepares the matching of images, with scratch arrays that all of them share. */
export function createImageMatcher(sigmas: readonly number[], maxDetections: number): ImageMatcher {
  const oksMatrix = createOksMatrix(sigmas);
  let detections = createDetectionScratch(64);
  let truth = createPersonScratch(64);

  return (log, imageId, { persons, table, rows, areaSource }) => {
    const personCount = persons.length;
    if (rows.length > detections.size) detections = createDetectionScratch(2 * rows.length);
    if (personCount > truth.size) truth = createPersonScratch(2 * personCount);
    const { ranked, areas, isOutOfRange } = detections;
    ranked.set(rows);
    rankByScore(table.scores, ranked, rows.length);
    const detectionCount = Math.min(rows.length, maxDetections);
    const start = log.append(imageId, detectionCount);
    for (let row = 0; row < detectionCount; row++) {
      log.scores[start + row] = table.scores[ranked[row]!]!;
      areas[row] = areaOfResult(table, ranked[row]!, areaSource);
    }
    const oks = oksMatrix(persons, table, ranked, detectionCount);
    const { isCrowd, hasNonzeroId, isIgnored, personOrder, taken } = truth;
    for (const [index, person] of persons.entries()) {
      isCrowd[index] = person.iscrowd;
      hasNonzeroId[index] = person.id === 0 ? 0 : 1;
    }
    const input = { oks, detectionCount, personCount, personOrder, isIgnored, isCrowd };
    for (const [area, { low, high }] of areaRanges.entries()) {
      log.personCounts[area]! += orderPersons(persons, low, high, isIgnored, personOrder);
      for (let row = 0; row < detectionCount; row++) {
        isOutOfRange[row] = areas[row]! < low || areas[row]! > high ? 1 : 0;
      }
      matchDetections(
        { ...input, hasNonzeroId, isOutOfRange },
        log.outcomes,
        start * areaRanges.length + area,
        areaRanges.length,
        taken,
      );
    }
  };
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
  readonly isOutOfRange: Uint8Array;
}

function createDetectionScratch(size: number): DetectionScratch {
  const areas = new Float64Array(size);
  return { size, ranked: new Uint32Array(size), areas, isOutOfRange: new Uint8Array(size) };
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
