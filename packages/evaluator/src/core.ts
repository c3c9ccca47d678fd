/** The part that reads and scores files and loads nothing else: for commands that are to start fast. */
export { accumulateKeypoints } from './evaluate-keypoints.ts';
export { scoreNames } from './accumulate/keypoint-scores.ts';
export { areaRanges } from './coco-protocol.ts';
export { chooseSigmas } from './sigmas/choose-sigmas.ts';
export { readGroundTruth } from './ground-truths/read-ground-truth.ts';
export { describeMeasure } from './report/describe-measure.ts';
export { formatScore, formatScoreRows, formatScores } from './report/format-scores.ts';
export { readResultTable } from './results/read-results.ts';
