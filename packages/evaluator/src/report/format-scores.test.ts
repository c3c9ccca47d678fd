import { expect, it } from 'vitest';
import { evaluateKeypoints } from '../evaluate-keypoints.ts';
import { cocoTiny, stretchedResults } from '../fixtures/coco-tiny.suite.ts';
import { formatScoreRows, formatScores } from './format-scores.ts';

it('lines the ten numbers up', () => {
  expect(`\n${formatScores(evaluateKeypoints(cocoTiny, stretchedResults))}`).toBe(`
      all    .50    .75  medium  large
AP  0.446  0.772  0.410   0.425  0.619
AR  0.583  0.917  0.583   0.440  0.686`);
});

it('shows a dash where no person counts', () => {
  const { annotations } = cocoTiny;
  const large = annotations.filter(({ area }) => area > 96 ** 2);
  const scores = evaluateKeypoints({ ...cocoTiny, annotations: large }, stretchedResults);
  expect(formatScores(scores).split('\n')[2]).toMatch(/^AR {2}0\.\d{3} .* - {2}0\.\d{3}$/);
});

it('lines several results up, with room for the longest name', () => {
  const scores = evaluateKeypoints(cocoTiny, stretchedResults);
  const none = evaluateKeypoints({ ...cocoTiny, annotations: [] }, []);
  const rows = [
    { label: 'true boxes', scores },
    { label: 'nobody', scores: none },
  ];
  expect(`\n${formatScoreRows(rows)}`).toBe(`
               AP   AP50   AP75    APm    APl     AR   AR50   AR75    ARm    ARl
true boxes  0.446  0.772  0.410  0.425  0.619  0.583  0.917  0.583  0.440  0.686
nobody          -      -      -      -      -      -      -      -      -      -`);
});
