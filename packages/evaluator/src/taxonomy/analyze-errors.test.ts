import { describe, expect, it } from 'vitest';
import { coco17, flipIndices } from '@limber/keypoints';
import { evaluateKeypoints } from '../evaluate-keypoints.ts';
import { cocoTiny, exactResults, stretchedResults } from '../fixtures/coco-tiny.suite.ts';
import type { GroundTruth, TruePerson } from '../ground-truths/ground-truth.ts';
import { distanceAt, jointSimilarity } from '../oks/joint-similarity.ts';
import type { CocoResult } from '../results/coco-result.ts';
import { analyzeErrors } from './analyze-errors.ts';
import type { ErrorKind } from './analyze-errors.ts';

const area = 10_000;
const mirrored = flipIndices(coco17);

/** Joints on a grid of 60 px, so that each is far from all others. */
function person(id: number, left: number): TruePerson {
  const keypoints = coco17.keypoints.flatMap((_, joint) => [
    left + 60 * (joint % 4),
    60 * Math.floor(joint / 4),
    2,
  ]);
  const bbox = [left, 0, 180, 240] as const;
  return { id, image_id: 1, category_id: 1, keypoints, num_keypoints: 17, bbox, area, iscrowd: 0 };
}

const [first, second] = [person(1, 0), person(2, 5000)];
const truth: GroundTruth = {
  images: [{ id: 1 }],
  annotations: [first, second],
  category: { id: 1, name: 'person', keypoints: coco17.keypoints },
};

function result(of: TruePerson, score = 1): CocoResult {
  return { image_id: 1, category_id: 1, keypoints: of.keypoints, score };
}

function moved(
  of: CocoResult,
  joint: number,
  [x, y]: readonly [number | undefined, number | undefined],
): CocoResult {
  const keypoints = of.keypoints.with(3 * joint, x!).with(3 * joint + 1, y!);
  return { ...of, keypoints };
}

function countsOf(results: readonly CocoResult[]): Partial<Record<ErrorKind, number>> {
  const { costs } = analyzeErrors(truth, results);
  const found = costs.filter(({ count }) => count > 0);
  return Object.fromEntries(found.map(({ kind, count }) => [kind, count]));
}

const leftWrist = coco17.keypoints.indexOf('left_wrist');
const x = first.keypoints[3 * leftWrist]!;
const y = first.keypoints[3 * leftWrist + 1]!;
const sigma = coco17.sigmas[leftWrist]!;

describe('a joint', () => {
  const good = result(second);
  it('where it belongs is good', () => {
    expect(countsOf([result(first), good])).toEqual({});
  });
  it('a little off is jitter', () => {
    const distance = distanceAt(0.7, sigma, area);
    expect(countsOf([moved(result(first), leftWrist, [x + distance, y]), good])).toEqual({
      jitter: 1,
    });
  });
  it('at the other side is an inversion', () => {
    const at = 3 * mirrored[leftWrist]!;
    const wrong = moved(
      result(first),
      leftWrist,
      first.keypoints.slice(at, at + 2) as [number, number],
    );
    expect(countsOf([wrong, good])).toEqual({ inversion: 1 });
  });
  it('at the same joint of another person, of either side, is a swap', () => {
    for (const joint of [leftWrist, mirrored[leftWrist]!]) {
      const [toX, toY] = second.keypoints.slice(3 * joint, 3 * joint + 2);
      const wrong = moved(result(first), leftWrist, [toX, toY]);
      expect(countsOf([wrong, good])).toEqual({ swap: 1 });
    }
  });
  it('anywhere else is a miss', () => {
    expect(countsOf([moved(result(first), leftWrist, [-900, 0]), good])).toEqual({ miss: 1 });
  });
  it('that is not labelled is nothing', () => {
    const keypoints = first.keypoints.with(3 * leftWrist + 2, 0);
    const blind = { ...first, keypoints, num_keypoints: 16 };
    const some = { ...truth, annotations: [blind, second] };
    const wrong = moved(result(first), leftWrist, [-900, 0]);
    const { found, perKeypoint } = analyzeErrors(some, [wrong, good]);
    expect(found.find(({ annotationId }) => annotationId === 1)!.joints[leftWrist]).toBe(null);
    expect(perKeypoint[leftWrist]).toEqual({ good: 1, jitter: 0, inversion: 0, swap: 0, miss: 0 });
  });
});

describe('a detection or a person', () => {
  it('for nobody, and a second one for somebody, are background', () => {
    const nobody = { ...result(first, 0.9), keypoints: first.keypoints.map((v) => v + 9000) };
    const results = [result(first), result(second), nobody, result(first, 0.8)];
    expect(countsOf(results)).toEqual({ background: 2 });
  });
  it('that nobody was meant for is not found', () => {
    const { notFound, costs, AP } = analyzeErrors(truth, [result(second)]);
    expect(notFound).toEqual([1]);
    const { kind, count, correctedAP, cost } = costs.at(-1)!;
    expect({ kind, count }).toEqual({ kind: 'not-found', count: 1 });
    expect(correctedAP).toBeCloseTo(1, 12);
    expect(cost).toBe(correctedAP - AP);
  });
});

describe('the cost of an error', () => {
  // of 17 joints one is missed: 16 / 17 is less than the highest threshold, 0.95
  const missed = moved(result(first), leftWrist, [-900, 0]);
  const good = result(second);

  it('is what AP gains when joints move to where they would be without it', () => {
    const { AP, costs, results } = analyzeErrors(truth, [missed, good]);
    const { correctedAP, cost } = costs.find(({ kind }) => kind === 'miss')!;
    // at 0.95 the first is wrong, and the second right, with a precision of 1/2 up to a recall of 1/2
    expect(AP).toBeCloseTo((9 + (0.5 * 51) / 101) / 10, 12);
    // (16 + 0.5) / 17 is more than 0.95
    expect(correctedAP).toBeCloseTo(1, 12);
    expect(cost).toBe(correctedAP - AP);
    // the results themselves stay as they were
    expect([...results.keypoints.slice(0, 51)]).toEqual(missed.keypoints);
  });

  it('is 0 for kinds that are not there', () => {
    const { costs } = analyzeErrors(truth, [missed, good]);
    const others = costs.filter(({ kind }) => kind !== 'miss');
    expect(others.map(({ count, cost }) => [count, cost])).toEqual(others.map(() => [0, 0]));
  });
});

it('who was not found is in no list of the found', () => {
  const { found, notFound } = analyzeErrors(truth, [result(second)]);
  expect(found.map(({ annotationId }) => annotationId)).toEqual([2]);
  expect(notFound).toEqual([1]);
});

it('without known pairs a joint at the other side is missed', () => {
  const keypoints = coco17.keypoints.map((name) => (name === 'right_wrist' ? 'hand' : name));
  const category = { id: 1, name: 'person', keypoints, sigmas: coco17.sigmas };
  const at = 3 * mirrored[leftWrist]!;
  const [toX, toY] = first.keypoints.slice(at, at + 2);
  const wrong = moved(result(first), leftWrist, [toX, toY]);
  const { costs } = analyzeErrors({ ...truth, category }, [wrong, result(second)]);
  const counted = costs.filter(({ count }) => count > 0);
  expect(counted.map(({ kind, count }) => [kind, count])).toEqual([['miss', 1]]);
});

it('a corrected joint lies where its similarity is the one granted', () => {
  const dx = distanceAt(0.85, sigma, area);
  expect(jointSimilarity(dx * dx, sigma, area)).toBeCloseTo(0.85, 12);
});

it('correcting never costs AP, and AP is that of the evaluation', () => {
  const { AP, costs, found, notFound } = analyzeErrors(cocoTiny, stretchedResults);
  expect(AP).toBe(evaluateKeypoints(cocoTiny, stretchedResults).AP);
  for (const { cost, count } of costs) expect(count === 0 ? cost === 0 : cost >= 0).toBe(true);
  expect(found.length + notFound.length).toBe(12);
  expect(found.map(({ oks }) => oks)).toEqual(
    found.map(({ oks }) => oks).toSorted((a, b) => a - b),
  );
});

it('exact results lack what their two detections of unlabelled persons cost', () => {
  const { costs } = analyzeErrors(cocoTiny, exactResults);
  const background = costs.find(({ kind }) => kind === 'background')!;
  expect(background).toMatchObject({ count: 2, correctedAP: 1 });
});
