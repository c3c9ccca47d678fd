import { LimberError } from '@limber/files';
import type { Box } from '@limber/keypoints';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { ResultTable } from '../results/result-table.ts';
import { pairwiseSum } from './pairwise-sum.ts';

/** The persons and detections of one image. */
export interface ImageContent {
  readonly persons: readonly TruePerson[];
  readonly table: ResultTable;
  /** Rows of the table. */
  readonly ranked: Uint32Array;
  /** How many of them are looked at, from the first on. */
  readonly count: number;
}

/** The similarity of every detection of an image to every person of it. */
export type OksMatrix = (content: ImageContent) => Float64Array;

/**
 * Prepares object keypoint similarity (OKS) for a skeleton.
 *
 * OKS is the mean over labelled joints (v > 0) of exp(-d² / (2 area (2 sigma)²)). A person without labelled joints
 * is compared by how far the joints lie outside its box enlarged threefold, over all joints. Frame: imagePx.
 *
 * @param sigmas - [K] spread per joint.
 * @param lowestOks - below this a number may come out as 0, which saves most of the time.
 * @returns a function giving [count, persons] numbers in [0, 1], row i for row `ranked[i]` of the table; its array is
 * overwritten by the next call. It throws {@link LimberError} `shape-mismatch` where an annotation or a result does
 * not have 3 K numbers.
 */
export function createOksMatrix(sigmas: readonly number[], lowestOks: number): OksMatrix {
  const joints = sigmas.length;
  const variances = Float64Array.from(sigmas, (sigma) => (sigma * 2) ** 2);
  const keypoints = new Float64Array(3 * joints);
  const labelled = new Uint32Array(joints);
  const terms = new Float64Array(joints);
  /** Of the current person. */
  let labelledCount = 0;
  /** x, y of the current person, then those of each detection. */
  let points = new Float64Array(0);
  let isFinite = new Uint8Array(0);
  let matrix = new Float64Array(0);

  return ({ persons, table, ranked, count }) => {
    const size = count * persons.length;
    if (size === 0) return matrix.subarray(0, 0);
    if (matrix.length < size) matrix = new Float64Array(2 * size);
    const needed = (count + 1) * 2 * joints;
    if (points.length < needed) points = new Float64Array(2 * needed);
    if (isFinite.length < count) isFinite = new Uint8Array(2 * count);
    const numbers = 3 * joints;
    for (let row = 0; row < count; row++) {
      const start = table.keypointStarts[ranked[row]!]!;
      const length = table.keypointStarts[ranked[row]! + 1]! - start;
      if (length !== numbers) {
        throw wrongLength(`results[${ranked[row]}].keypoints`, joints, length);
      }
      isFinite[row] = copyPoints(table.keypoints, start, (row + 1) * 2 * joints) ? 1 : 0;
    }
    for (let column = 0; column < persons.length; column++) {
      const person = persons[column]!;
      const { length } = person.keypoints;
      if (length !== numbers) {
        throw wrongLength(`annotation (id ${person.id}).keypoints`, joints, length);
      }
      // V8 would compile all that reads lists anew for each of its kinds of lists
      keypoints.set(person.keypoints);
      const isFinitePerson = copyPoints(keypoints, 0, 0);
      labelledCount = listLabelled(keypoints, labelled);
      const area = person.area + Number.EPSILON;
      for (let row = 0; row < count; row++) {
        const from = (row + 1) * 2 * joints;
        // NaN must reach the mean, since it matches
        const isComparable = isFinitePerson && isFinite[row] === 1;
        const mostLoss = isComparable ? labelledCount * (1 - lowestOks) : Infinity;
        matrix[row * persons.length + column] =
          labelledCount > 0
            ? similarityToJoints(from, area, mostLoss)
            : similarityToBox(from, area, person.bbox);
      }
    }
    return matrix;
  };

  /** @returns whether all of them are finite. */
  function copyPoints(values: Float64Array, start: number, place: number): boolean {
    // a number less itself is 0 unless it is NaN or infinite
    let sum = 0;
    const end = start + 3 * joints;
    for (let from = start, to = place; from < end; from += 3, to += 2) {
      const x = values[from]!;
      const y = values[from + 1]!;
      points[to] = x;
      points[to + 1] = y;
      sum += x - x + (y - y);
    }
    return sum === 0;
  }

  /** Once the joints lack more than `mostLoss` together, their mean cannot reach the lowest OKS that matters. */
  function similarityToJoints(from: number, area: number, mostLoss: number): number {
    let loss = 0;
    for (let at = 0; at < labelledCount; at++) {
      const joint = labelled[at]!;
      const dx = points[from + 2 * joint]! - points[2 * joint]!;
      const dy = points[from + 2 * joint + 1]! - points[2 * joint + 1]!;
      const distance = (dx * dx + dy * dy) / variances[joint]! / area / 2;
      loss += leastLoss(distance);
      if (loss > mostLoss) return 0;
      terms[at] = distance;
    }
    for (let at = 0; at < labelledCount; at++) terms[at] = Math.exp(-terms[at]!);
    return pairwiseSum(terms, 0, labelledCount) / labelledCount;
  }

  function similarityToBox(from: number, area: number, box: Box): number {
    const [left, top, width, height] = box;
    for (let joint = 0; joint < joints; joint++) {
      const dx = outside(points[from + 2 * joint]!, left - width, left + width * 2);
      const dy = outside(points[from + 2 * joint + 1]!, top - height, top + height * 2);
      terms[joint] = Math.exp(-((dx * dx + dy * dy) / variances[joint]! / area / 2));
    }
    return pairwiseSum(terms, 0, joints) / joints;
  }
}

/**
 * What a joint surely lacks of similarity 1: 1 - exp(-distance), in steps and rounded down, so that rounding errors
 * cannot turn a sum of them into more than the truth. 0 for NaN.
 */
function leastLoss(distance: number): number {
  if (distance > 4) return 0.98;
  if (distance > 2) return 0.86;
  if (distance > 1) return 0.63;
  return distance > 0.5 ? 0.39 : 0;
}

function outside(value: number, low: number, high: number): number {
  return Math.max(0, low - value) + Math.max(0, value - high);
}

function listLabelled(keypoints: Float64Array, out: Uint32Array): number {
  let count = 0;
  for (let joint = 0; 3 * joint < keypoints.length; joint++) {
    if (keypoints[3 * joint + 2]! > 0) out[count++] = joint;
  }
  return count;
}

function wrongLength(where: string, joints: number, length: number): LimberError {
  return new LimberError('shape-mismatch', {
    where,
    what: 'wrong length',
    expected: `${3 * joints} numbers (${joints} x [x, y, v or score])`,
    got: `${length}`,
    fix: 'pycocotools cannot compare these arrays and stops. Is this another skeleton?',
  });
}
