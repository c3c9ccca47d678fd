import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { coco17 } from '@limber/keypoints';
import { scoreNames } from './accumulate/keypoint-scores.ts';
import { evaluateKeypoints } from './evaluate-keypoints.ts';
import type { TruePerson } from './ground-truths/ground-truth.ts';
import type { CocoResult } from './results/coco-result.ts';

interface FuzzCase {
  readonly seed: number;
  readonly images: number[];
  readonly categories: number[];
  readonly sigmas: number[] | null;
  readonly joints: number;
  readonly annotations: number[][];
  /** null stands for NaN */
  readonly results: (number | null)[][];
  readonly stats: number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('fixtures/fuzz.json', import.meta.url), 'utf8'),
) as { cases: FuzzCase[] };

it('300 random datasets score as in pycocotools, to 1e-12 in each of the ten numbers', () => {
  const different = cases.filter((fuzzCase) => !(largestDifference(fuzzCase) <= 1e-12));
  expect(different.map(({ seed }) => seed)).toEqual([]);
  expect(cases).toHaveLength(300);
});

function largestDifference(fuzzCase: FuzzCase): number {
  const { images, categories, sigmas, joints, stats } = fuzzCase;
  const names = Array.from({ length: joints }, (_, index) => `joint ${index}`);
  const groundTruth = {
    images: images.map((id) => ({ id })),
    annotations: fuzzCase.annotations.map(toPerson),
    category: { id: categories[0]!, name: 'thing', keypoints: names },
  };
  const evaluation = evaluateKeypoints(
    groundTruth,
    fuzzCase.results.map((row) => toResult(row, joints)),
    { categoryIds: categories, sigmas: sigmas ?? coco17.sigmas, lenient: true },
  );
  const differences = scoreNames.map((name, index) => Math.abs(evaluation[name] - stats[index]!));
  return Math.max(...differences);
}

function toPerson(row: readonly number[]): TruePerson {
  const [id, image_id, category_id, isCrowd, num_keypoints, area, x, y, width, height] = row;
  return {
    id: id!,
    image_id: image_id!,
    category_id: category_id!,
    iscrowd: isCrowd === 1 ? 1 : 0,
    num_keypoints: num_keypoints!,
    area: area!,
    bbox: [x!, y!, width!, height!],
    keypoints: row.slice(10),
  };
}

function toResult(row: readonly (number | null)[], joints: number): CocoResult {
  const numbers = row.map((value) => value ?? NaN);
  const [image_id, category_id, score] = numbers;
  const keypoints = numbers.slice(-3 * joints);
  const result = { image_id: image_id!, category_id: category_id!, score: score!, keypoints };
  const hasBox = numbers.length > 3 + 3 * joints;
  return hasBox ? { ...result, bbox: numbers.slice(3, 7) } : result;
}
