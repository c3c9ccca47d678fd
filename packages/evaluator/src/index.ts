export { accumulateKeypoints, evaluateKeypoints } from './evaluate-keypoints.ts';
export type { EvaluateKeypointsOptions } from './adapt-inputs.ts';
export { createOksAccumulator } from './accumulate/oks-accumulator.ts';
export type { OksAccumulator, OksAccumulatorOptions } from './accumulate/oks-accumulator.ts';
export type {
  CategoryEvaluation,
  ImageEvaluation,
  JointEvaluation,
  KeypointEvaluation,
} from './accumulate/keypoint-evaluation.ts';
export type { RankedDetections } from './accumulate/rank-detections.ts';
export type { LoggedImage } from './accumulate/detection-log.ts';
export { conventions } from './conventions/convention.ts';
export type { Convention } from './conventions/convention.ts';
export { nmsModes, scoreModes } from './conventions/rescore-as-mmpose.ts';
export type { MmposeOptions, NmsMode, ScoreMode } from './conventions/rescore-as-mmpose.ts';
export type { PersonArea } from './conventions/convention.ts';
export { readGroundTruth } from './ground-truths/read-ground-truth.ts';
export type { GroundTruth, GroundTruthFile, TruePerson } from './ground-truths/ground-truth.ts';
export type { AreaSource } from './results/area-of-result.ts';
export { scoreNames } from './accumulate/keypoint-scores.ts';
export type { AreaScores, KeypointScores } from './accumulate/keypoint-scores.ts';
export type { PrecisionRecall } from './accumulate/precision-recall.ts';
export type { AreaRange } from './coco-protocol.ts';
export { areaRanges, cocoMaxDetections, oksThresholds, recallThresholds } from './coco-protocol.ts';
export type { CocoResult } from './results/coco-result.ts';
export { compareResults } from './uncertainty/compare-results.ts';
export type { ResultComparison, ScoreDifference } from './uncertainty/compare-results.ts';
export { estimateIntervals } from './uncertainty/estimate-intervals.ts';
export type { ScoreIntervals } from './uncertainty/estimate-intervals.ts';
export type { Interval } from './uncertainty/interval.ts';
export type { ResampleOptions } from './uncertainty/resample-scores.ts';
export { chooseSigmas, describeSigmas } from './sigmas/choose-sigmas.ts';
export type { ChosenSigmas } from './sigmas/choose-sigmas.ts';
export { evaluatePck } from './pck/evaluate-pck.ts';
export type { EvaluatePckOptions, JointAccuracy, PckEvaluation } from './pck/evaluate-pck.ts';
export type { PckNormalizer } from './pck/person-size.ts';
export { pairPersons } from './matching/pair-persons.ts';
export type { Pairing, PairPersonsOptions, PersonPair } from './matching/pair-persons.ts';
export { readResults, readResultTable } from './results/read-results.ts';
export { resultAt, toResultTable } from './results/result-table.ts';
export type { Results, ResultTable } from './results/result-table.ts';
export { analyzeErrors } from './taxonomy/analyze-errors.ts';
export type {
  ErrorAnalysis,
  ErrorCost,
  ErrorKind,
  FoundPerson,
} from './taxonomy/analyze-errors.ts';
export type { JointError } from './taxonomy/joint-error.ts';
export { describeMeasure } from './report/describe-measure.ts';
export { formatScore, formatScoreRows, formatScores } from './report/format-scores.ts';
export type { ScoreRow } from './report/format-scores.ts';
export { computeOks } from './oks/compute-oks.ts';
