import { describe, expect, it } from 'vitest';
import { LimberError } from '@limber/files';
import type { EvaluateKeypointsOptions } from './adapt-inputs.ts';
import { evaluateKeypoints } from './evaluate-keypoints.ts';
import { cocoTiny, exactResults, stretchedResults } from './fixtures/coco-tiny.suite.ts';
import type { GroundTruth, TruePerson } from './ground-truths/ground-truth.ts';
import type { CocoResult } from './results/coco-result.ts';

describe('what pycocotools takes without a word is refused, with what it does to AP', () => {
  it('a NaN coordinate', () => {
    const keypoints = [NaN, ...stretchedResults[0]!.keypoints.slice(1)];
    expect(messageOf(cocoTiny, replaceFirst({ keypoints }))).toBe(
      'results[0].keypoints[0]: not finite: expected a number, got NaN. pycocotools matches it with anyone, since NaN ' +
        'is less than nothing, and AP rises. pycocotools would have said AP 0.4681; without the fault AP is 0.3713. ' +
        'Correct it, or ask for lenient to have the number of pycocotools.',
    );
  });
  it('an infinite score', () => {
    expect(messageOf(cocoTiny, replaceFirst({ score: -Infinity }))).toMatch(
      /^results\[0\]\.score: not finite: expected a number, got -Infinity\. pycocotools ranks/,
    );
  });
  it('annotation id 0', () => {
    const annotations = cocoTiny.annotations.map((person, id) => ({ ...person, id }));
    expect(messageOf({ ...cocoTiny, annotations }, exactResults)).toBe(
      'annotations[0] (id 0).id: id 0: expected an id other than 0, got 0. pycocotools takes 0 for "no match", so ' +
        'finding this person counts as a mistake. pycocotools would have said AP 0.7157; without the fault AP is ' +
        '0.8939. Correct it, or ask for lenient to have the number of pycocotools.',
    );
  });
  it('an id given twice', () => {
    const annotations = cocoTiny.annotations.with(1, {
      ...cocoTiny.annotations[1]!,
      id: cocoTiny.annotations[0]!.id,
    });
    expect(messageOf({ ...cocoTiny, annotations }, exactResults)).toMatch(
      /^annotations\[1\] \(id 442619\)\.id: an id twice: expected distinct ids, got 442619\. pycocotools puts/,
    );
  });
  it('an id given three times: AP without the fault is that of distinct ids', () => {
    const ids = cocoTiny.annotations.map((_, at) => Math.max(1, at - 1));
    const annotations = cocoTiny.annotations.map((person, at) => ({ ...person, id: ids[at]! }));
    const message = messageOf({ ...cocoTiny, annotations }, exactResults);
    expect(message).toContain('an id twice: expected distinct ids, got 1 (and 1 more faults)');
    expect(message).toContain(
      `without the fault AP is ${evaluateKeypoints(cocoTiny, exactResults).AP.toFixed(4)}.`,
    );
  });
  it('an annotation of an image that is not there', () => {
    expect(messageOf(withFirst({ image_id: 77 }), exactResults)).toMatch(
      /^annotations\[0\] \(id 442619\)\.image_id: no such image: expected the id of one of "images", got 77\. pycocotools leaves the person out without a word\./,
    );
  });
  it('NaN in an annotation', () => {
    const annotations = cocoTiny.annotations.with(0, { ...cocoTiny.annotations[0]!, area: NaN });
    expect(messageOf({ ...cocoTiny, annotations }, exactResults)).toMatch(
      /^annotations\[0\] \(id 442619\)\.area: not finite: expected a number, got NaN\./,
    );
  });
  it('an area of 0, unless the person does not count anyway', () => {
    expect(messageOf(withFirst({ area: 0 }), exactResults)).toBe(
      'annotations[0] (id 442619).area: not an area: expected a number > 0, got 0. pycocotools finds this person only ' +
        'where every joint is exact, and takes it for missed elsewhere. pycocotools would have said AP 0.8939; without ' +
        'the fault AP is 0.7857. Correct it, or ask for lenient to have the number of pycocotools.',
    );
    const keypoints = cocoTiny.annotations[0]!.keypoints.map((value, at) =>
      at % 3 === 2 ? 0 : value,
    );
    for (const ignored of [{ iscrowd: 1 }, { num_keypoints: 0, keypoints }] as const) {
      const truth = withFirst({ area: 0, ...ignored });
      expect(() => evaluateKeypoints(truth, exactResults)).not.toThrow();
    }
  });
  it('a negative area', () => {
    expect(messageOf(withFirst({ area: -1, iscrowd: 1 }), exactResults)).toMatch(
      /\.area: not an area: expected a number > 0, got -1\. pycocotools does not count this person, and ignores /,
    );
  });
  it.each([
    [0, 'pycocotools goes by it, and does not count this person.'],
    [3, 'pycocotools reads only whether it is 0, so AP is the same.'],
  ])('num_keypoints %i of a person with more labelled joints', (num_keypoints, effect) => {
    expect(messageOf(withFirst({ num_keypoints }), exactResults)).toMatch(
      new RegExp(
        `^annotations\\[0\\] \\(id 442619\\)\\.num_keypoints: disagrees with the joints: expected \\d+, as many as ` +
          `have v > 0, got ${num_keypoints}\\. ${effect} pycocotools would have said AP 0\\.\\d{4}; without the fault AP is 0.8939`,
      ),
    );
  });
  it('num_keypoints of a person without labelled joints', () => {
    const annotations = cocoTiny.annotations.map((person) => ({ ...person, num_keypoints: 17 }));
    expect(messageOf({ ...cocoTiny, annotations }, exactResults.slice(0, 1))).toContain('and 1');
    const blank = cocoTiny.annotations.findIndex(({ num_keypoints }) => num_keypoints === 0);
    const wrong = cocoTiny.annotations.map((person, index) =>
      index === blank ? { ...person, num_keypoints: 1 } : person,
    );
    expect(messageOf({ ...cocoTiny, annotations: wrong }, exactResults)).toContain(
      'expected 0, as many as have v > 0, got 1. pycocotools goes by it, counts this person, and compares it by its box.',
    );
  });
  it('an area that was derived from the box, by whoever wrote the file', () => {
    const derived = withFirst({ area: 1234, area_source: 'bbox' });
    expect(messageOf(derived, exactResults)).toMatch(
      /^annotations\[0\] \(id 442619\)\.area: not its own: expected the square pixels of the person, got 0\.53 of its box\. .* AP is 0\.8939/,
    );
    expect(messageOf(derived, exactResults)).not.toContain('more)');
    const [first, second, ...others] = derived.annotations;
    const two = [first!, { ...second!, area_source: 'bbox' } as const, ...others];
    expect(messageOf({ ...derived, annotations: two }, exactResults)).toContain(
      'got 0.53 of its box (and in 1 more). pycocotools',
    );
    const personArea = 'annotation-or-box';
    expect(evaluateKeypoints(derived, exactResults, { personArea }).AP).toBeCloseTo(0.8939, 4);
  });
  it('results of a category that is not scored', () => {
    expect(messageOf(cocoTiny, replaceFirst({ category_id: 7 }))).toMatch(
      /^results\[0\]\.category_id: not a category that is scored: expected 1, got 7\. pycocotools leaves it out/,
    );
  });
  it('boxes in some results only', () => {
    expect(messageOf(cocoTiny, replaceFirst({ bbox: [0, 0, 9, 9] }))).toBe(
      'results[1].bbox: boxes in some results only: expected a box, since the first result has one, got none. ' +
        'pycocotools stops here with a KeyError. Give every result a bbox, or none.',
    );
  });
  it('a box that is not finite, of the third result', () => {
    const boxed = stretchedResults.map((result, at) => ({
      ...result,
      bbox: [at, 1, 2, at === 2 ? Infinity : 3],
    }));
    expect(messageOf(cocoTiny, boxed)).toMatch(
      /^results\[2\]\.bbox\[3\]: not finite: expected a number, got Infinity\. pycocotools counts its area as within/,
    );
  });
  it('a wrong number of keypoints in an image without persons', () => {
    const truth = { ...cocoTiny, images: [...cocoTiny.images, { id: 1 }] };
    const wrong = { ...stretchedResults[0]!, image_id: 1, keypoints: [1, 2, 1] };
    const text =
      'results[14].keypoints: wrong length: expected 51 numbers (17 x [x, y, v or score]), got 3';
    const effect =
      'pycocotools stops here, or counts it as a mistake where the image has no persons. Is this another skeleton?';
    expect(messageOf(truth, [...stretchedResults, wrong])).toBe(`${text}. ${effect}`);
    expect(messageOf(truth, [...stretchedResults, wrong, { ...wrong, score: NaN }])).toBe(
      `${text} (and 1 more faults). ${effect}`,
    );
    const other = { ...stretchedResults[0]!, score: NaN };
    expect(messageOf(truth, [...stretchedResults, wrong, other])).toBe(
      `${text} (and 1 more faults). ${effect}`,
    );
    expect(evaluateKeypoints(truth, [...stretchedResults, wrong], { lenient: true })).toMatchObject(
      {
        detectionCount: 15,
      },
    );
  });
  it('several faults are counted', () => {
    const results = stretchedResults.map((result) => ({ ...result, score: NaN }));
    expect(messageOf(cocoTiny, results)).toContain('got NaN (and 13 more faults)');
  });
});

describe('what stops pycocotools is refused by name, lenient or not', () => {
  it.each([false, true])('results for unknown images (lenient: %s)', (lenient) => {
    expect(messageOf(cocoTiny, replaceFirst({ image_id: 77 }), { lenient })).toBe(
      'results[0].image_id: no such image: expected the id of one of "images", got 77. Are these the results of ' +
        'another dataset? pycocotools refuses them too.',
    );
  });
  it.each([false, true])('a wrong number of keypoints (lenient: %s)', (lenient) => {
    const keypoints = stretchedResults[0]!.keypoints.slice(0, 34);
    expect(messageOf(cocoTiny, replaceFirst({ keypoints }), { lenient })).toMatch(
      /^results\[0\]\.keypoints: wrong length: expected 51 numbers \(17 x \[x, y, v or score\]\), got 34\. pycocotools/,
    );
  });
  it('sigmas of another skeleton', () => {
    expect(messageOf(cocoTiny, exactResults, { sigmas: [0.1, 0.2] })).toBe(
      'sigmas: wrong length: expected 17 numbers, one a joint, got 2. pycocotools has 17 built in and stops at any ' +
        'other skeleton, so it would have given no AP.',
    );
  });
});

it('no results at all score 0, where pycocotools stops with an IndexError', () => {
  expect(evaluateKeypoints(cocoTiny, [])).toMatchObject({ AP: 0, AR: 0, personCount: 12 });
});

it('strict and lenient agree on sound data', () => {
  const results = stretchedResults;
  expect(evaluateKeypoints(cocoTiny, results)).toEqual(
    evaluateKeypoints(cocoTiny, results, { lenient: true }),
  );
});

function withFirst(change: Partial<TruePerson>): GroundTruth {
  const first = { ...cocoTiny.annotations[0]!, ...change };
  return { ...cocoTiny, annotations: cocoTiny.annotations.with(0, first) };
}

function replaceFirst(change: Partial<CocoResult>): CocoResult[] {
  return stretchedResults.with(0, { ...stretchedResults[0]!, ...change });
}

function messageOf(
  groundTruth: GroundTruth,
  results: readonly CocoResult[],
  options: EvaluateKeypointsOptions = {},
): string {
  try {
    evaluateKeypoints(groundTruth, results, options);
  } catch (error) {
    if (error instanceof LimberError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
