import type { Random } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import { describe, expect, it } from 'vitest';
import { cocoTiny, exactResults, stretchedResults } from '../fixtures/coco-tiny.suite.ts';
import type { CocoResult } from '../results/coco-result.ts';
import { evaluatePck } from './evaluate-pck.ts';

/** Whose the results of {@link stretchedResults} are. */
const annotationIds = cocoTiny.annotations.map(({ id }) => id);

describe('the numbers of MMPose on four COCO photographs', () => {
  // made with the formulas of MMPose 1.3.2 (keypoint_pck_accuracy, keypoint_epe, keypoint_nme, keypoint_auc) in numpy 2.4.6
  it('PCK by the longer side of the box, EPE and AUC', () => {
    const options = { threshold: 0.05, normalizer: 'bbox', annotationIds } as const;
    const scores = evaluatePck(cocoTiny, stretchedResults, options);
    expect(scores.pck).toBeCloseTo(0.7054961378490789, 12);
    expect(scores.auc).toBeCloseTo(0.7072103386809271, 12);
    // MMPose adds in float32
    expect(scores.nme).toBeCloseTo(0.04165835306048393, 7);
    expect(scores.epe).toBeCloseTo(8.032242774963379, 5);
    expect(scores.perKeypoint.slice(0, 4).map(({ pck }) => pck)).toEqual([9 / 11, 0.9, 8 / 9, 0.5]);
    expect(scores).toMatchObject({ personCount: 12, missedCount: 0, unsizedCount: 0 });
  });
  it('by the torso', () => {
    const options = { threshold: 0.1, normalizer: 'torso', annotationIds } as const;
    const { pck, nme, unsizedCount } = evaluatePck(cocoTiny, stretchedResults, options);
    expect(pck).toBeCloseTo(0.4959001782531194, 12);
    expect(nme).toBeCloseTo(0.11040787398815155, 7);
    expect(unsizedCount).toBe(0);
  });
  it('by the head, between joints that are named', () => {
    const ends = ['left_ear', 'right_ear'] as const;
    const options = { threshold: 0.5, normalizer: 'head', ends, annotationIds } as const;
    const { pck, nme, unsizedCount } = evaluatePck(cocoTiny, stretchedResults, options);
    expect(pck).toBeCloseTo(0.7696078431372548, 12);
    expect(nme).toBeCloseTo(0.47030821442604065, 6);
    expect(unsizedCount).toBe(8);
  });
});

const pck = { threshold: 0.2, normalizer: 'bbox' } as const;

it('exact results are right and no distance is less than 0', () => {
  const scores = evaluatePck(cocoTiny, exactResults, pck);
  expect(scores).toMatchObject({ pck: 1, epe: 0 });
  expect(scores.auc).toBeCloseTo(0.95, 12);
});

it('persons whose results are known are measured by those, whatever their score and distance', () => {
  const [first, second] = [exactResults[0]!, exactResults[1]!];
  const swapped = exactResults.with(0, second).with(1, first);
  const ids = annotationIds.with(0, annotationIds[1]!).with(1, annotationIds[0]!);
  const exact = evaluatePck(cocoTiny, exactResults, { ...pck, annotationIds });
  expect(exact).toMatchObject({ pck: 1, epe: 0, missedCount: 0 });
  expect(evaluatePck(cocoTiny, swapped, { ...pck, annotationIds: ids })).toEqual(exact);
  const wrong = evaluatePck(cocoTiny, swapped, { ...pck, annotationIds });
  expect(wrong.epe).toBeGreaterThan(1);
});

it('a crowd does not count, whether or not it is known whose the results are', () => {
  const [first, ...rest] = cocoTiny.annotations;
  const truth = { ...cocoTiny, annotations: [{ ...first!, iscrowd: 1 as const }, ...rest] };
  expect(evaluatePck(truth, exactResults, { ...pck, annotationIds }).personCount).toBe(11);
  expect(evaluatePck(truth, exactResults, pck).personCount).toBe(11);
});

it('a NaN is refused, with its image', () => {
  const results = exactResults.with(1, { ...exactResults[1]!, score: NaN });
  expect(() => evaluatePck(cocoTiny, results, pck)).toThrow(
    `image ${exactResults[1]!.image_id}: results[1].score: not finite: expected a number, got NaN. pycocotools ranks a ` +
      'NaN score last of all.',
  );
});

describe('persons are paired with detections by score, as AP pairs them', () => {
  const noise = (random: Random, score: () => number): CocoResult[] =>
    cocoTiny.images.flatMap(({ id }) =>
      Array.from({ length: 200 }, () => ({
        image_id: id,
        category_id: 1,
        score: score(),
        keypoints: cocoTiny.category.keypoints.flatMap(() => [
          random.uniform(0, 640),
          random.uniform(0, 480),
          1,
        ]),
      })),
    );
  const found = stretchedResults.filter(({ image_id }) => image_id !== 785);

  it('so that random ones more gain nothing', () => {
    const random = createRandom(1, 'detections');
    const alone = evaluatePck(cocoTiny, found, pck);
    expect(alone).toMatchObject({ missedCount: 1 });
    const lessSure = noise(random, () => random.uniform(0, 0.1));
    expect(evaluatePck(cocoTiny, [...found, ...lessSure], pck)).toEqual(alone);
    const surer = noise(random, () => random.uniform(1, 2));
    expect(evaluatePck(cocoTiny, [...found, ...surer], pck).pck).toBeLessThan(alone.pck);
  });

  it('and a surer one that is farther off is taken', () => {
    const worse = stretchedResults.map((result) => ({ ...result, score: result.score + 1 }));
    const both = evaluatePck(cocoTiny, [...exactResults.map(lower), ...worse], pck);
    expect(both).toEqual(evaluatePck(cocoTiny, worse, pck));
  });
});

const lower = (result: CocoResult): CocoResult => ({ ...result, score: 0.001 });

it('the joints of a person without a result are wrong', () => {
  const results = exactResults.filter(({ image_id }) => image_id !== 785);
  const scores = evaluatePck(cocoTiny, results, pck);
  expect(scores).toMatchObject({ epe: 0, nme: 0, missedCount: 1 });
  expect(scores.perKeypoint[0]).toEqual({
    name: 'nose',
    pck: 10 / 11,
    epe: 0,
    labelledCount: 11,
  });
});

it('a joint that is labelled nowhere has no number and does not enter the mean', () => {
  const annotations = cocoTiny.annotations.map((person) => ({
    ...person,
    keypoints: person.keypoints.with(2, 0),
  }));
  const scores = evaluatePck({ ...cocoTiny, annotations }, exactResults, pck);
  expect(scores.perKeypoint[0]).toMatchObject({ pck: null, epe: null, labelledCount: 0 });
  expect(scores.pck).toBe(1);
});

describe('wrong options are named', () => {
  it('a skeleton whose head is not known', () => {
    expect(() => evaluatePck(cocoTiny, exactResults, { ...pck, normalizer: 'head' })).toThrow(
      /^ends: the skeleton "person" has no joints known to span the head: expected head_top and neck, or .*, got nose, .*\. Name two of its joints\.$/,
    );
  });
  it('a joint that is not in the skeleton', () => {
    const ends = ['left_sholder', 'right_hip'] as const;
    const options = { ...pck, normalizer: 'torso', ends } as const;
    expect(() => evaluatePck(cocoTiny, exactResults, options)).toThrow(
      /^ends: no such joint: expected one of nose, .*, got left_sholder\. Did you mean "left_shoulder"\?$/,
    );
  });
  it('ids for other than all results', () => {
    const options = { ...pck, annotationIds: [1, 2] };
    expect(() => evaluatePck(cocoTiny, exactResults, options)).toThrow(
      'annotationIds: wrong length: expected 14, one for each result, got 2.',
    );
  });
  it('a threshold that is no distance', () => {
    expect(() => evaluatePck(cocoTiny, exactResults, { ...pck, threshold: 0 })).toThrow(
      'threshold: not a distance: expected a number > 0, got 0.',
    );
  });
});
