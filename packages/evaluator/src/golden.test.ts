import { describe, expect, it } from 'vitest';
import { scoreNames } from './accumulate/keypoint-scores.ts';
import { evaluateKeypoints } from './evaluate-keypoints.ts';
import {
  cocoTiny,
  exactResults,
  expectedScores,
  stretchedResults,
} from './fixtures/coco-tiny.suite.ts';
import type { GroundTruth, TruePerson } from './ground-truths/ground-truth.ts';
import type { CocoResult } from './results/coco-result.ts';

const reference = stretchedResults;

describe('the numbers of pycocotools on four COCO photographs', () => {
  it('perfect results, of which two without joints are mistakes', () => {
    expectScores('exact', cocoTiny, exactResults);
  });
  it('annotation ids from 0: finding the first person is a mistake', () => {
    expectScores(
      'id0',
      withPersons((person, index) => ({ ...person, id: index })),
      exactResults,
    );
  });
  it('results a little off', () => expectScores('reference', cocoTiny, reference));
  it('equal scores rank in the order of the list', () => {
    const equal = reference.map((result) => ({ ...result, score: 1 }));
    expectScores('sameScore', cocoTiny, equal);
    expectScores('reversed', cocoTiny, equal.toReversed());
  });
  it('boxes of results give them their areas', () => {
    const boxes = cocoTiny.annotations.map(({ bbox }) => bbox);
    const results = reference.map((result, index) => ({ ...result, bbox: boxes[index]! }));
    expectScores('boxes', cocoTiny, results);
  });
  it('a crowd', () => {
    const largest = Math.max(...cocoTiny.annotations.map(({ area }) => area));
    const truth = withPersons((person) =>
      person.area === largest ? { ...person, iscrowd: 1 } : person,
    );
    expectScores('crowd', truth, reference);
  });
  it('more than 20 detections in an image', () => {
    const results = reference.flatMap((result) => [
      result,
      ...Array.from({ length: 6 }, () => ({ ...result, score: result.score - 0.001 })),
    ]);
    expectScores('sixCopies', cocoTiny, results);
  });
  it('an image without results', () => {
    expectScores(
      'emptyImage',
      cocoTiny,
      reference.filter(({ image_id }) => image_id !== 785),
    );
  });
  it('a person without labelled joints takes one detection and no more', () => {
    const [left, top, width, height] = personOf(1202706).bbox;
    const centre = [left + width / 2, top + height / 2, 1];
    const { image_id } = personOf(1202706);
    const keypoints = Array.from({ length: 17 }, () => centre).flat();
    const extra = { image_id, category_id: 1, keypoints };
    const one = [...reference, { ...extra, score: 0.999 }];
    expectScores('oneUnlabelled', cocoTiny, one);
    expectScores('twoUnlabelled', cocoTiny, [...one, { ...extra, score: 0.998 }]);
  });
  it('areas taken from boxes', () => {
    const truth = withPersons((person) => ({
      ...person,
      area: person.bbox[2] * person.bbox[3] * 0.53,
    }));
    expectScores('boxArea', truth, reference);
  });
  it('a NaN score ranks last', () => {
    expectScores('nanScore', cocoTiny, [{ ...reference[0]!, score: NaN }, ...reference.slice(1)]);
  });
  it('a NaN coordinate matches and raises AP', () => {
    const keypoints = [NaN, ...reference[0]!.keypoints.slice(1)];
    expectScores('nanX', cocoTiny, [{ ...reference[0]!, keypoints }, ...reference.slice(1)]);
  });
});

function expectScores(
  name: string,
  groundTruth: GroundTruth,
  results: readonly CocoResult[],
): void {
  const evaluation = evaluateKeypoints(groundTruth, results, { lenient: true });
  for (const score of scoreNames) {
    expect(Math.abs(evaluation[score] - expectedScores[name]![score])).toBeLessThanOrEqual(1e-12);
  }
}

function withPersons(change: (person: TruePerson, index: number) => TruePerson): GroundTruth {
  return { ...cocoTiny, annotations: cocoTiny.annotations.map(change) };
}

function personOf(id: number): TruePerson {
  return cocoTiny.annotations.find((person) => person.id === id)!;
}
