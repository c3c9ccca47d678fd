import type { ChosenSigmas, CocoResult, ErrorAnalysis } from '@limber/evaluator';
import {
  analyzeErrors,
  chooseSigmas,
  describeMeasure,
  evaluateKeypoints,
  evaluatePck,
  scoreNames,
} from '@limber/evaluator';
import type { CocoDataset } from '@limber/keypoints';

/** The numbers of an evaluation, as they stand in `metrics.json`. A new one is a field and a line in this file. */
export interface EvaluationMetrics {
  /** The boxes that the persons were cut out by. AP is higher with the true ones than with detected ones. */
  readonly boxes: 'true';
  /** Whether predictions were averaged with those of the mirror image. */
  readonly flipTest: boolean;
  readonly persons: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly sigmas: ChosenSigmas;
  /** The sigmas, and the areas that are not the persons' own, in words. */
  readonly measure: string;
  readonly pck: {
    readonly threshold: number;
    readonly normalizer: 'bbox';
    readonly all: number;
    readonly perJoint: readonly { readonly joint: string; readonly pck: number | null }[];
  };
  /** What kinds of error there are, and what AP each costs. */
  readonly errors: ErrorAnalysis['costs'];
}

/** An evaluation. Nothing is computed again from it: the report shows what stands here. */
export interface Evaluation {
  readonly metrics: EvaluationMetrics;
  /** Each person's joints in COCO's result format. Frame: imagePx. */
  readonly predictions: readonly CocoResult[];
  /** Which prediction found which true person, and how well; `row` counts `predictions`. */
  readonly persons: Pick<ErrorAnalysis, 'found' | 'notFound'>;
}

/**
 * Evaluates what a model predicted for persons that were cut out by their true boxes.
 *
 * @param options.annotationIds - [predictions] the person that each is of.
 */
export function evaluatePredictions(
  truth: CocoDataset,
  predictions: readonly CocoResult[],
  options: {
    readonly pckThreshold: number;
    readonly flipTest: boolean;
    readonly annotationIds: readonly number[];
  },
): Evaluation {
  const { pckThreshold, flipTest, annotationIds } = options;
  const sigmas = chooseSigmas(truth);
  const settings = { sigmas: sigmas.values, personArea: 'annotation-or-box' } as const;
  const scores = evaluateKeypoints(truth, predictions, settings);
  const pck = evaluatePck(truth, predictions, {
    threshold: pckThreshold,
    normalizer: 'bbox',
    annotationIds,
  });
  const { costs, ...persons } = analyzeErrors(truth, predictions, settings);
  const metrics: EvaluationMetrics = {
    boxes: 'true',
    flipTest,
    persons: predictions.length,
    sigmas,
    measure: describeMeasure(truth, sigmas),
    scores: Object.fromEntries(scoreNames.map((name) => [name, scores[name]])),
    pck: {
      threshold: pckThreshold,
      normalizer: 'bbox',
      all: pck.pck,
      perJoint: pck.perKeypoint.map((joint) => ({ joint: joint.name, pck: joint.pck })),
    },
    errors: costs,
  };
  return { metrics, predictions, persons };
}
