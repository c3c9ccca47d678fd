import { describe, expect, it } from 'vitest';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import type { CocoResult } from '../results/coco-result.ts';
import type { ImageEvaluation, KeypointEvaluation } from './keypoint-evaluation.ts';
import type { OksAccumulatorOptions } from './oks-accumulator.ts';
import { createOksAccumulator } from './oks-accumulator.ts';

const sigmas = [0.05, 0.1];
const area = 400;
/** From a joint of the second kind, its similarity is exp(-1/2). */
const twoSigmasPx = 2 * 0.1 * Math.sqrt(area);

function person(id: number, keypoints: readonly number[], more: Partial<TruePerson> = {}) {
  const num_keypoints = keypoints.filter((v, at) => at % 3 === 2 && v > 0).length;
  const bbox = [0, 0, 20, 20] as const;
  const fixed = { image_id: 0, category_id: 1, bbox, area, iscrowd: 0 } as const;
  return { id, keypoints, num_keypoints, ...fixed, ...more };
}

function result(score: number, keypoints: readonly number[], category_id = 1): CocoResult {
  return { image_id: 0, category_id, keypoints, score };
}

interface Image {
  readonly id: number;
  readonly persons: readonly TruePerson[];
  readonly results: readonly CocoResult[];
}

function evaluate(
  images: readonly Image[],
  categoryIds = [1],
  options: Partial<OksAccumulatorOptions> = {},
): KeypointEvaluation {
  const accumulator = createOksAccumulator({ sigmas, categoryIds, ...options });
  for (const { results, ...image } of images) accumulator.addImage(image, results);
  return accumulator.evaluate();
}

describe('an evaluation of three images and two categories', () => {
  const crowd = { iscrowd: 1 } as const;
  const evaluateAll = (): KeypointEvaluation =>
    evaluate(
      [
        {
          id: 9,
          persons: [
            person(3, [100, 10, 2, 130, 10, 2]),
            person(4, [500, 500, 2, 540, 500, 1], crowd),
          ],
          results: [
            result(0.7, [5000, 0, 1, 5000, 0, 1]),
            result(0.6, [100, 10, 1, 130, 10 + twoSigmasPx, 1]),
            result(0.5, [500, 500, 1, 540, 500, 1]),
          ],
        },
        {
          id: 5,
          persons: [
            person(1, [10, 10, 2, 30, 10, 2]),
            person(2, [10, 60, 2, 0, 0, 0], { category_id: 2 }),
          ],
          results: [result(0.9, [10, 10, 1, 30, 10, 1]), result(0.8, [10, 60, 1, 77, 88, 1], 2)],
        },
        { id: 7, persons: [], results: [result(0.1, [1, 2, 1, 3, 4, 1])] },
      ],
      [2, 1],
    );
  // of category 1, by score: right; wrong; right up to an OKS of 0.8; of a crowd, which does not count; wrong
  const until80 = (51 + 50 * (2 / 3)) / 101;
  const above80 = 51 / 101;
  const first = { AP: (7 * until80 + 3 * above80) / 10, AR: (7 + 3 / 2) / 10 };

  it('has the persons and detections of all', () => {
    const evaluation = evaluateAll();
    expect(evaluation).toMatchObject({ imageCount: 3, personCount: 3, detectionCount: 6 });
    expect(evaluation.AP).toBeCloseTo((first.AP + 1) / 2, 12);
    expect(evaluation.AR).toBeCloseTo((first.AR + 1) / 2, 12);
    expect(evaluation.APm).toBe(-1);
  });

  it('has the numbers of each category, by ascending id', () => {
    const [one, two] = evaluateAll().perCategory;
    const counts = { imageCount: 3, personCount: 2, detectionCount: 5 };
    expect(one).toMatchObject({ categoryId: 1, ...counts });
    expect(one!.AP).toBeCloseTo(first.AP, 12);
    expect(one!.AP50).toBeCloseTo(until80, 12);
    expect(one!.AR).toBeCloseTo(first.AR, 12);
    const all = { AR: 1, imageCount: 3, personCount: 1, detectionCount: 1 };
    expect(two).toMatchObject({ categoryId: 2, ...all });
    expect(two!.AP).toBeCloseTo(1, 12);
  });

  it('has those of each range of areas, -1 where nobody is', () => {
    const { AP, AR, perArea } = evaluateAll();
    expect(perArea).toEqual([
      { name: 'all', AP, AR },
      { name: 'medium', AP: -1, AR: -1 },
      { name: 'large', AP: -1, AR: -1 },
    ]);
  });

  it('tells of each image who was found, by ascending id', () => {
    const oks = Math.fround((1 + Math.exp(-0.5)) / 2);
    const [found, empty, mixed] = evaluateAll().perImage;
    const none = { foundCount: 0, wrongCount: 1, meanOks: null };
    expect(empty).toEqual({ imageId: 7, personCount: 0, detectionCount: 1, ...none });
    const all = { foundCount: 2, wrongCount: 0, meanOks: 1 };
    expect(found).toEqual({ imageId: 5, personCount: 2, detectionCount: 2, ...all });
    const some = { foundCount: 1, wrongCount: 1, meanOks: oks };
    expect(mixed).toEqual({ imageId: 9, personCount: 1, detectionCount: 3, ...some });
  });

  it('tells how near each joint is, over the persons that were found', () => {
    const [exact, near] = evaluateAll().perKeypoint;
    expect(exact).toEqual({ oks: 1, count: 3 });
    expect(near!.count).toBe(2);
    expect(near!.oks).toBeCloseTo((1 + Math.exp(-0.5)) / 2, 12);
  });
});

it('of several persons each has its own similarity, of which each joint is counted once', () => {
  const medium = 40 ** 2;
  const offPx = 2 * 0.1 * Math.sqrt(medium);
  const image = {
    id: 1,
    persons: [
      person(1, [100, 10, 2, 130, 10, 2], { area: medium }),
      person(2, [900, 10, 2, 930, 10, 2], { area: medium }),
    ],
    results: [result(0.9, [900, 10, 1, 930, 10 - offPx, 1]), result(0.8, [100, 10, 1, 130, 10, 1])],
  };
  const near = Math.exp(-0.5);
  const { perImage, perKeypoint } = evaluate([image]);
  expect(perImage).toMatchObject([
    { foundCount: 2, meanOks: (1 + Math.fround((1 + near) / 2)) / 2 },
  ]);
  expect(perKeypoint).toEqual([
    { oks: 1, count: 2 },
    { oks: expect.closeTo((1 + near) / 2, 12) as number, count: 2 },
  ]);
});

it('the similarity of a detection is that to the person it gets at OKS 0.5, even if it gets another above', () => {
  // along y the second joint has exp(-d² / 32): the first detection takes the first person, up to an OKS of 0.55
  const below = Math.sqrt(32);
  const image = {
    id: 1,
    persons: [person(1, [100, 10, 2, 130, 10, 2]), person(2, [100, 10, 2, 130, 10 + below, 2])],
    results: [result(0.9, [100, 10, 1, 130, 10 - 8, 1]), result(0.8, [100, 10, 1, 130, 10, 1])],
  };
  const similarities = [(1 + Math.exp(-2)) / 2, (1 + Math.exp(-1)) / 2].map(Math.fround);
  const [{ meanOks, foundCount }] = evaluate([image]).perImage as [ImageEvaluation];
  expect(foundCount).toBe(2);
  expect(meanOks).toBeCloseTo((similarities[0]! + similarities[1]!) / 2, 7);
});

it('a hundred persons of one image are found by as many detections', () => {
  const places = Array.from({ length: 100 }, (_, at) => [100 * at, 10, 2, 100 * at + 30, 10, 2]);
  const image = {
    id: 1,
    persons: places.map((keypoints, at) => person(at + 1, keypoints)),
    results: places.map((keypoints, at) => result(1 - at / 100, keypoints)),
  };
  const [all] = evaluate([image], [1], { maxDetections: 100 }).perImage;
  expect(all).toMatchObject({ foundCount: 100, wrongCount: 0, meanOks: 1 });
  // 20 by default, the best-scored
  expect(evaluate([image]).perImage).toMatchObject([{ detectionCount: 20, foundCount: 20 }]);
});

it('a joint that no found person has labelled has no number', () => {
  const image = {
    id: 1,
    persons: [person(1, [10, 10, 2, 0, 0, 0])],
    results: [result(1, [10, 10, 1, 9, 9, 1])],
  };
  expect(evaluate([image]).perKeypoint).toEqual([
    { oks: 1, count: 1 },
    { oks: null, count: 0 },
  ]);
});

it('without a range of medium and large persons their numbers are -1', () => {
  const keypoints = [10, 10, 2, 30, 10, 2];
  const image = { id: 1, persons: [person(1, keypoints)], results: [result(1, keypoints)] };
  const areaRanges = [{ name: 'all', low: 0, high: 1e10 }];
  const { AR, AR50, ...evaluation } = evaluate([image], [1], { areaRanges });
  expect([AR, AR50]).toEqual([1, 1]);
  expect(evaluation).toMatchObject({ APm: -1, APl: -1, ARm: -1, ARl: -1 });
  expect(evaluation.perArea.map(({ name }) => name)).toEqual(['all']);
});

it('the AP of one right detection is that of pycocotools 2.0.11, to the last bit', () => {
  // which divides by the number of detections and 2^-52
  const keypoints = [10, 10, 2, 30, 10, 2];
  const image = { id: 1, persons: [person(1, keypoints)], results: [result(1, keypoints)] };
  const { AP, AP50 } = evaluate([image]);
  expect([AP, AP50]).toEqual([0.9999999999999998, 0.9999999999999999]);
});

it('of equal scores that of the image with the lower id comes first, whatever the order of the images', () => {
  const keypoints = [10, 10, 2, 30, 10, 2];
  const wrong = { id: 9, persons: [], results: [result(0.5, keypoints)] };
  const right = { id: 5, persons: [person(1, keypoints)], results: [result(0.5, keypoints)] };
  expect(evaluate([wrong, right]).AP).toBeCloseTo(1, 12);
  expect(evaluate([{ ...wrong, id: 3 }, right]).AP).toBeCloseTo(0.5, 12);
});

it('without an image nobody counts', () => {
  const none = { imageCount: 0, personCount: 0, perImage: [], AP: -1, AR: -1 };
  expect(evaluate([])).toMatchObject(none);
});

it('thousands of detections are kept', () => {
  const keypoints = [10, 10, 2, 30, 10, 2];
  const images = Array.from({ length: 3000 }, (_, id) => ({
    id,
    persons: [person(1, keypoints)],
    results: [result(1 - id / 3000, keypoints)],
  }));
  const { AP, detectionCount, perImage } = evaluate(images);
  expect({ AP, detectionCount }).toEqual({ AP: 1, detectionCount: 3000 });
  expect(perImage.every(({ foundCount, meanOks }) => foundCount === 1 && meanOks === 1)).toBe(true);
});

describe('the area of a detection', () => {
  const size = 50;
  const wide = [0, 0, 2, size, size, 2];
  const truth = person(1, wide, { area: 40 ** 2, bbox: [0, 0, size, size] });
  const far = [900, 900, 1, 900 + size, 900 + size, 1];
  const empty = { id: 1, persons: [], results: [] };

  it('is that of its joints where the first result has no box, though there are none in the first image', () => {
    const wrong = { id: 2, persons: [truth], results: [result(1, far), result(0.5, wide)] };
    // a wrong one of the size of a person of medium size takes half of the precision
    expect(evaluate([empty, wrong]).APm).toBeCloseTo(0.5, 12);
  });

  it('of exactly the largest of a range is within the range', () => {
    const large = [900, 900, 1, 900 + 96, 900 + 96, 1];
    const larger = large.with(3, 900 + 96.01);
    const APm = (wrong: readonly number[]): number => {
      const results = [result(1, wrong), result(0.5, wide)];
      return evaluate([{ id: 2, persons: [truth], results }]).APm;
    };
    expect(APm(large)).toBeCloseTo(0.5, 12);
    expect(APm(larger)).toBeCloseTo(1, 12);
  });

  it('is that of the box where the first result has one', () => {
    const boxed = (one: CocoResult, side: number): CocoResult => ({
      ...one,
      bbox: [0, 0, side, side],
    });
    const results = [boxed(result(1, far), 1), boxed(result(0.5, wide), size)];
    const wrong = { id: 2, persons: [truth], results };
    // whose box is small does not count among those of medium size
    expect(evaluate([empty, wrong]).APm).toBeCloseTo(1, 12);
  });
});

describe('what makes AP wrong is refused image by image', () => {
  const keypoints = [10, 10, 2, 30, 10, 2];
  const refusal = (persons: readonly TruePerson[], results: readonly CocoResult[]) => (): void => {
    const accumulator = createOksAccumulator({ sigmas, categoryIds: [1] });
    accumulator.addImage({ id: 4, persons }, results);
  };
  const right = result(1, keypoints);
  const boxed = (bbox: readonly number[]): CocoResult => ({ ...right, bbox });

  it.each<[string, TruePerson]>([
    ['.keypoints: wrong length: expected 6 numbers', person(1, keypoints.slice(3))],
    ['.keypoints[4]: not finite', person(1, keypoints.with(4, Number.NaN))],
    ['.bbox[2]: not finite', person(1, keypoints, { bbox: [0, 0, Infinity, 20] })],
    ['.area: not finite', person(1, keypoints, { area: Number.NaN })],
    ['.area: not an area', person(1, keypoints, { area: 0 })],
    ['.id: id 0', person(0, keypoints)],
  ])('of a person: %s', (text, wrong) => {
    expect(refusal([person(9, keypoints), wrong], [])).toThrow(text);
    expect(refusal([person(9, keypoints), person(1, keypoints)], [])).not.toThrow();
  });

  it.each<[string, CocoResult]>([
    ['results[1].keypoints: wrong length: expected 6 numbers', result(1, [10, 10, 1])],
    ['results[1].keypoints[1]: not finite', result(1, keypoints.with(1, Number.NaN))],
    ['results[1].keypoints[5]: not finite', result(1, keypoints.with(5, Number.NaN))],
    ['results[1].score: not finite', result(Infinity, keypoints)],
    ['results[1].bbox[3]: not finite', boxed([0, 0, 20, Number.NaN])],
    ['results[1].bbox[0]: not finite', boxed([Infinity, 0, 20, 20])],
  ])('of a result: %s', (text, wrong) => {
    const first = wrong.bbox === undefined ? right : boxed([0, 0, 20, 20]);
    expect(refusal([], [first, wrong])).toThrow(text);
    expect(refusal([], [first, first])).not.toThrow();
  });
});

it('the score of a joint that is NaN is said to change nothing', () => {
  const accumulator = createOksAccumulator({ sigmas, categoryIds: [1] });
  const results = [result(1, [10, 10, Number.NaN, 30, 10, 1])];
  expect(() => accumulator.addImage({ id: 4, persons: [] }, results)).toThrow(
    'pycocotools does not read the scores of joints.',
  );
});

it('a NaN is refused, unless lenient', () => {
  const results = [result(NaN, [10, 10, 1, 30, 10, 1])];
  const accumulator = createOksAccumulator({ sigmas, categoryIds: [1] });
  expect(() => accumulator.addImage({ id: 4, persons: [] }, results)).toThrow(
    'image 4: results[0].score: not finite: expected a number, got NaN. pycocotools ranks a NaN score last of all.',
  );
  const lenient = createOksAccumulator({ sigmas, categoryIds: [1], lenient: true });
  lenient.addImage({ id: 4, persons: [] }, results);
  expect(lenient.evaluate().detectionCount).toBe(1);
});
