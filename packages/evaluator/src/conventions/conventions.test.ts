import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EvaluateKeypointsOptions } from '../adapt-inputs.ts';
import type { KeypointScores } from '../accumulate/keypoint-scores.ts';
import { evaluateKeypoints } from '../evaluate-keypoints.ts';
import { cocoTiny, exactResults } from '../fixtures/coco-tiny.suite.ts';
import { fuzzCases, largestDifference } from '../fixtures/fuzz-cases.suite.ts';
import type { CocoResult } from '../results/coco-result.ts';

const fixture = new URL('../fixtures/conventions.json', import.meta.url);
type ConventionCase = { readonly seed: number } & Readonly<Partial<Record<string, number[]>>>;
const { cases } = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: ConventionCase[] };

describe('random datasets score as in', () => {
  const settings: Record<string, EvaluateKeypointsOptions> = {
    xtcocotools: { convention: 'xtcocotools' },
    byBox: { convention: 'xtcocotools', personArea: 'box' },
    bbox: { convention: 'mmpose', mmpose: { scoreMode: 'bbox', nmsMode: 'none' } },
    // made with CocoMetric alone, without the transform that widens boxes before it
    bbox_keypoint: { convention: 'mmpose', mmpose: { inputAspect: null } },
    bbox_rle: {
      convention: 'mmpose',
      mmpose: { scoreMode: 'bbox_rle', nmsMode: 'soft_oks_nms', inputAspect: null },
    },
  };
  it.each(Object.entries(settings))('%s, to 1e-12 in each of the ten numbers', (name, options) => {
    const known = cases.filter((item) => item[name] !== undefined);
    const different = known.filter((item) => {
      const fuzzCase = fuzzCases.find(({ seed }) => seed === item.seed)!;
      const { groundTruth, results, sigmas, categoryIds } = fuzzCase;
      const all = { ...options, sigmas, categoryIds, lenient: true };
      const scores = evaluateKeypoints(groundTruth, results, all);
      return !(largestDifference(scores, item[name]!) <= 1e-12);
    });
    expect(different.map(({ seed }) => seed)).toEqual([]);
    expect(known.length).toBeGreaterThan(80);
  });
});

describe('the numbers that MMPose publishes in its tests', () => {
  const expected: Record<string, number[]> = {
    bbox_keypoint: [
      0.5287458745874587, 0.9042904290429042, 0.5009900990099009, 0.42475247524752474,
      0.6219554455445544, 0.5833333333333333, 0.9166666666666666, 0.5833333333333334,
      0.44000000000000006, 0.6857142857142857,
    ],
    bbox_rle: [
      0.5004950495049505, 0.8836633663366337, 0.4679867986798679, 0.42475247524752474,
      0.5814108910891089, 0.5833333333333333, 0.9166666666666666, 0.5833333333333334,
      0.44000000000000006, 0.6857142857142857,
    ],
    soft: [
      0.17073707370737073, 0.25055005500550054, 0.10671067106710669, 0, 0.29315181518151806,
      0.2416666666666666, 0.3333333333333333, 0.16666666666666666, 0, 0.41428571428571426,
    ],
  };
  const score = (
    results: readonly CocoResult[],
    mmpose: EvaluateKeypointsOptions['mmpose'] = {},
  ): KeypointScores => evaluateKeypoints(cocoTiny, results, { convention: 'mmpose', mmpose });

  it.each(['bbox_keypoint', 'bbox_rle'] as const)('score mode %s', (scoreMode) => {
    const results = predict(() => ({ x: 0.98, y: 1.02, v: 0.8, score: 0.98 }));
    const difference = largestDifference(score(results, { scoreMode }), expected[scoreMode]!);
    expect(difference).toBeLessThanOrEqual(1e-12);
  });

  it('soft OKS-NMS of two predictions for each person', () => {
    const first = predict((i) => ({ x: 1 - i / 100, y: 1 + i / 100, v: 1 - i / 100, score: 1 }));
    const second = predict((i) => ({
      x: 1 + i / 100,
      y: 1 - i / 100,
      v: 1 - (2 * i) / 100,
      score: Math.fround(1 - (2 * i) / 100),
    }));
    // there the second prediction of a person has the id of its annotation and 1, and images are sorted by it
    const byId = cocoTiny.annotations.flatMap(({ id }, index) => [
      { id, result: first[index]! },
      { id: id + 1, result: second[index]! },
    ]);
    const sorted = byId.toSorted((a, b) => a.id - b.id).map(({ result }) => result);
    const scores = score(sorted, { nmsMode: 'soft_oks_nms' });
    expect(largestDifference(scores, expected['soft']!)).toBeLessThanOrEqual(1e-12);
  });

  it('OKS-NMS takes the area of the box as it is cut out, widened to the aspect of the input', () => {
    const [person] = cocoTiny.annotations;
    const { image_id } = person!;
    const truth = { ...cocoTiny, images: [{ id: image_id }], annotations: [person!] };
    const bbox = [100, 100, 40, 200];
    // all joints are d px apart: OKS is exp(-d² / (2 area (2 sigma)²)), with sigma 0.1 in all joints
    const area = { tall: 40 * 200 * 1.25 ** 2, widened: 150 * 200 * 1.25 ** 2 };
    const limit = (square: number): number => Math.sqrt(-Math.log(0.9) * 2 * square * 0.2 ** 2);
    const sigmas = Array.from({ length: 17 }, () => 0.1);
    const countAt = (px: number, mmpose: EvaluateKeypointsOptions['mmpose']): number => {
      const at = (x: number) => ({
        image_id,
        category_id: 1,
        bbox,
        score: 1,
        keypoints: cocoTiny.category.keypoints.flatMap(() => [x, 0, 1]),
      });
      const options = { convention: 'mmpose', sigmas, ...(mmpose && { mmpose }) } as const;
      return evaluateKeypoints(truth, [at(0), at(px)], options).detectionCount;
    };
    for (const [square, mmpose] of [
      [area.widened, undefined],
      [area.widened, { inputAspect: 0.75 }],
      [area.tall, { inputAspect: null }],
      // a box that is wider than the input is made higher
      [(40 / 0.1) * 40 * 1.25 ** 2, { inputAspect: 0.1 }],
    ] as const) {
      expect(countAt(0.999 * limit(square), mmpose)).toBe(1);
      expect(countAt(1.001 * limit(square), mmpose)).toBe(2);
    }
  });

  it('perfect results score 1 everywhere, since those without a sure joint are left out', () => {
    const ones = Array.from({ length: 10 }, () => 1);
    const results = predict(() => ({ x: 1, y: 1, v: 1, score: 1 }));
    expect(largestDifference(score(results, { scoreMode: 'bbox' }), ones)).toBe(0);
    const convention = 'xtcocotools';
    expect(largestDifference(evaluateKeypoints(cocoTiny, exactResults, { convention }), ones)).toBe(
      0,
    );
  });
});

it('an annotation id 0 is an id like any other to xtcocotools, and no reason to refuse', () => {
  const annotations = cocoTiny.annotations.map((person, id) => ({ ...person, id }));
  const convention = 'xtcocotools';
  const truth = { ...cocoTiny, annotations };
  expect(evaluateKeypoints(truth, exactResults, { convention }).AP).toBe(1);
  const twice = { ...cocoTiny, annotations: annotations.with(1, { ...annotations[1]!, id: 0 }) };
  expect(() => evaluateKeypoints(twice, exactResults, { convention })).toThrow(
    'an id twice: expected distinct ids, got 14',
  );
});

/** What MMPose's tests predict: each annotation in single precision, times some numbers, with the true box. */
function predict(
  change: (index: number) => { x: number; y: number; v: number; score: number },
): CocoResult[] {
  return cocoTiny.annotations.map(({ image_id, keypoints, bbox }, index) => {
    const { x, y, v, score } = change(index);
    const factors = [x, y, v].map(Math.fround);
    return {
      image_id,
      category_id: 1,
      bbox,
      score: Math.fround(score),
      keypoints: keypoints.map((value, at) => Math.fround(Math.fround(value) * factors[at % 3]!)),
    };
  });
}
