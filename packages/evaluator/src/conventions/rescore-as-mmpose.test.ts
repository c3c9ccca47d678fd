import { describe, expect, it } from 'vitest';
import type { CocoResult } from '../results/coco-result.ts';
import { resultAt, toResultTable } from '../results/result-table.ts';
import type { MmposeOptions } from './rescore-as-mmpose.ts';
import { rescoreAsMmpose } from './rescore-as-mmpose.ts';

const sigmas = [0.1, 0.1, 0.1];

/** A person of three joints. */
function result(score: number, jointScores: readonly number[], x = 0): CocoResult {
  const keypoints = jointScores.flatMap((jointScore, joint) => [x + joint, 2 * joint, jointScore]);
  return { image_id: 1, category_id: 1, bbox: [x, 0, 30, 40], score, keypoints };
}

function rescore(results: readonly CocoResult[], options: MmposeOptions): CocoResult[] {
  const table = rescoreAsMmpose(toResultTable(results), sigmas, options);
  return Array.from({ length: table.length }, (_, row) => resultAt(table, row));
}

describe('the score of a person', () => {
  const scoreOf = (options: MmposeOptions, jointScores: readonly number[]): number =>
    rescore([result(0.5, jointScores)], options)[0]!.score;

  it.each<[MmposeOptions, number]>([
    [{ scoreMode: 'bbox' }, 0.5],
    [{ scoreMode: 'keypoint' }, (0.25 + 0.5 + 0.75) / 3],
    [{ scoreMode: 'bbox_rle' }, 0.5 + 0.5 + 0.75],
    [{ scoreMode: 'bbox_keypoint' }, 0.5 * 0.5],
    [{ scoreMode: 'bbox_keypoint', keypointScoreThreshold: 0.4 }, 0.5 * 0.625],
    [{ scoreMode: 'bbox_keypoint', keypointScoreThreshold: 0.9 }, 0],
  ])('by %o is %d', (options, expected) => {
    expect(scoreOf(options, [0.25, 0.5, 0.75])).toBe(expected);
  });

  it('is without joints whose score is the threshold, in single precision', () => {
    expect(scoreOf({}, [0.2, 0.5, Math.fround(0.2)])).toBe(0.25);
  });
});

it('boxes are left out, and nothing else comes in', () => {
  const two = [result(0.5, [1, 1, 1]), result(0.25, [1, 1, 1], 900)];
  const bare = two.map(({ image_id, category_id, score, keypoints }) => ({
    image_id,
    category_id,
    score,
    keypoints,
  }));
  expect(rescore(two, { scoreMode: 'bbox', nmsMode: 'none' })).toEqual(bare);
});

it('two persons in one place are both kept at a threshold of 1, which nothing is above', () => {
  const two = [result(0.5, [1, 1, 1]), result(0.25, [1, 1, 1])];
  expect(rescore(two, { scoreMode: 'bbox', nmsThreshold: 1 })).toHaveLength(2);
  expect(rescore(two, { scoreMode: 'bbox', nmsThreshold: 0.99 })).toHaveLength(1);
});
