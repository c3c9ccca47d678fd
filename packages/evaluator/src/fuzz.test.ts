import { expect, it } from 'vitest';
import { evaluateKeypoints } from './evaluate-keypoints.ts';
import { fuzzCases, largestDifference } from './fixtures/fuzz-cases.suite.ts';

it('300 random datasets score as in pycocotools, to 1e-12 in each of the ten numbers', () => {
  const different = fuzzCases.filter(({ groundTruth, results, stats, ...options }) => {
    const scores = evaluateKeypoints(groundTruth, results, { ...options, lenient: true });
    return !(largestDifference(scores, stats) <= 1e-12);
  });
  expect(different.map(({ seed }) => seed)).toEqual([]);
  expect(fuzzCases).toHaveLength(300);
});
