import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coco17, createRandom } from '@limber/keypoints';
import { evaluateKeypoints } from '../evaluate-keypoints.ts';
import { cocoTiny, exactResults, stretchedResults } from '../fixtures/coco-tiny.suite.ts';
import { createOksAccumulator } from './oks-accumulator.ts';
import type { OksAccumulator } from './oks-accumulator.ts';
import type { CocoResult } from '../results/coco-result.ts';

describe('images one at a time', () => {
  it('give the same numbers in any order of images', () => {
    const expected = evaluateKeypoints(cocoTiny, stretchedResults);
    const imageIds = cocoTiny.images.map(({ id }) => id);
    const orders = fc.shuffledSubarray(imageIds, { minLength: imageIds.length });
    fc.assert(
      fc.property(orders, (order) => {
        const accumulator = open();
        for (const id of order) addImage(accumulator, id, stretchedResults);
        const { perKeypoint, ...evaluation } = accumulator.evaluate();
        expect({ ...evaluation, perKeypoint: expected.perKeypoint }).toEqual(expected);
        // sums of images in another order
        for (const [joint, { oks }] of perKeypoint.entries()) {
          expect(oks).toBeCloseTo(expected.perKeypoint[joint]!.oks!, 14);
        }
      }),
      { seed: 1 },
    );
  });

  it('can be looked at on the way', () => {
    const accumulator = open();
    addImage(accumulator, 785, exactResults);
    expect(accumulator.evaluate()).toMatchObject({ AR: 1, imageCount: 1, detectionCount: 1 });
    addImage(accumulator, 40083, exactResults);
    expect(accumulator.evaluate()).toMatchObject({ imageCount: 2, personCount: 3 });
  });

  it('refuse faults by image', () => {
    const accumulator = open();
    const [first] = exactResults;
    const results = [{ ...first!, keypoints: first!.keypoints.with(4, Infinity) }];
    expect(() => accumulator.addImage({ id: 785, persons: [] }, results)).toThrow(
      'image 785: results[0].keypoints[4]: not finite: expected a number, got Infinity. pycocotools takes the joint ' +
        'for missed, and its area for boundless.',
    );
  });

  it('refuse an image without boxes after one with them', () => {
    const accumulator = open();
    const [first] = exactResults;
    accumulator.addImage({ id: 785, persons: [] }, [{ ...first!, bbox: [0, 0, 5, 5] }]);
    expect(() => accumulator.addImage({ id: 40083, persons: [] }, [first!])).toThrow(
      'results[0].bbox: boxes in some results only: expected a box, since the first result has one, got none.',
    );
  });
});

it('recall never falls, and precision never rises along recall', () => {
  const accumulator = open();
  for (const { id } of cocoTiny.images) addImage(accumulator, id, stretchedResults);
  const { precision, recall } = accumulator.curves();
  expect(precision).toHaveLength(3 * 10 * 101);
  expect(recall).toHaveLength(3 * 10);
  for (let at = 0; at < precision.length; at++) {
    if (at % 101 > 0) expect(precision[at]).toBeLessThanOrEqual(precision[at - 1]!);
  }
});

it('moving everything by whole pixels changes nothing', () => {
  const random = createRandom('move');
  const expected = evaluateKeypoints(cocoTiny, stretchedResults.map(rounded));
  for (let round = 0; round < 20; round++) {
    const [dx, dy] = [random.integer(-500, 500), random.integer(-500, 500)];
    const move = (value: number, at: number): number => value + [dx, dy, 0][at % 3]!;
    const annotations = cocoTiny.annotations.map((person) => {
      const [x, y, width, height] = person.bbox;
      const bbox = [x + dx, y + dy, width, height] as const;
      return { ...person, keypoints: person.keypoints.map(move), bbox };
    });
    const results = stretchedResults
      .map(rounded)
      .map((result) => ({ ...result, keypoints: result.keypoints.map(move) }));
    expect(evaluateKeypoints({ ...cocoTiny, annotations }, results)).toEqual(expected);
  }
});

it('a person found exactly scores 1, with any sigmas', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: 17, maxLength: 17 }),
      (sigmas) => {
        const labelled = cocoTiny.annotations.filter((person) => person.num_keypoints > 0);
        const results = exactResults.filter((_, at) => cocoTiny.annotations[at]!.num_keypoints > 0);
        const scores = evaluateKeypoints({ ...cocoTiny, annotations: labelled }, results, {
          sigmas,
        });
        expect(scores.AP).toBeCloseTo(1, 12);
        expect(scores.AR).toBe(1);
      },
    ),
    { numRuns: 20, seed: 1 },
  );
});

function open(): OksAccumulator {
  return createOksAccumulator({ sigmas: coco17.sigmas, categoryIds: [1] });
}

function addImage(accumulator: OksAccumulator, id: number, results: readonly CocoResult[]): void {
  const ofImage = ({ image_id }: { image_id: number }): boolean => image_id === id;
  const persons = cocoTiny.annotations.filter(ofImage);
  accumulator.addImage({ id, persons }, results.filter(ofImage));
}

function rounded(result: CocoResult): CocoResult {
  return { ...result, keypoints: result.keypoints.map(Math.round) };
}
