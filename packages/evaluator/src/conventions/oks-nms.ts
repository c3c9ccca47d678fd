import { jointSimilarity } from '../oks/joint-similarity.ts';
import type { ResultTable } from '../results/result-table.ts';

/** The persons of one image as non-maximum suppression sees them. Arrays are by row of the table. */
export interface Candidates {
  readonly table: ResultTable;
  readonly sigmas: readonly number[];
  /** Square pixels. */
  readonly areas: Float64Array;
  readonly scores: Float64Array;
}

/** MMPose keeps at most this many persons of an image when it suppresses softly. */
const maximumKept = 20;

/**
 * Keeps the best-scored person, drops those more similar to it than the threshold, and so on.
 *
 * @param ranked - rows, the best first.
 * @returns the rows that are kept, the best first.
 */
export function suppressSimilar(
  candidates: Candidates,
  ranked: readonly number[],
  threshold: number,
): number[] {
  const kept: number[] = [];
  let rest = ranked;
  for (;;) {
    const [best, ...others] = rest;
    if (best === undefined) return kept;
    kept.push(best);
    rest = others.filter((row) => similarity(candidates, best, row) <= Math.fround(threshold));
  }
}

/**
 * As {@link suppressSimilar}, but similar persons only sink in rank, by exp(-similarity² / threshold). Their scores
 * stay as they were: MMPose does not write the lowered ones back.
 */
export function suppressSimilarSoftly(
  candidates: Candidates,
  ranked: readonly number[],
  threshold: number,
): number[] {
  const kept: number[] = [];
  const scores = new Map(ranked.map((row) => [row, candidates.scores[row]!]));
  let rest = ranked;
  for (;;) {
    const [best, ...others] = rest;
    if (best === undefined || kept.length === maximumKept) return kept;
    kept.push(best);
    for (const row of others) {
      const overlap = similarity(candidates, best, row);
      scores.set(row, scores.get(row)! * Math.exp(-(overlap * overlap) / threshold));
    }
    rest = rankAscendingReversed(others, (row) => scores.get(row)!);
  }
}

/** Descending, and of equal scores the later one first: numpy's ascending sort read backwards. */
export function rankAscendingReversed(
  rows: readonly number[],
  scoreOf: (row: number) => number,
): number[] {
  return rows.toSorted((a, b) => scoreOf(a) - scoreOf(b)).reverse();
}

/** OKS of two results over all joints, with the mean of their areas, in single precision. Frame: imagePx. */
function similarity({ table, sigmas, areas }: Candidates, a: number, b: number): number {
  const { keypoints, keypointStarts } = table;
  const [startA, startB] = [keypointStarts[a]!, keypointStarts[b]!];
  const area = (areas[a]! + areas[b]!) / 2;
  let sum = 0;
  for (const [joint, sigma] of sigmas.entries()) {
    const at = 3 * joint;
    const dx = keypoints[startB + at]! - keypoints[startA + at]!;
    const dy = keypoints[startB + at + 1]! - keypoints[startA + at + 1]!;
    sum += jointSimilarity(dx * dx + dy * dy, sigma, area);
  }
  return Math.fround(sum / sigmas.length);
}
