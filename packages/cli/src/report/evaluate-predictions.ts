import type {
  ChosenSigmas,
  CocoResult,
  ErrorAnalysis,
  FoundPerson,
  ScoreIntervals,
} from '@limber/evaluator';
import {
  accumulateKeypoints,
  analyzeErrors,
  chooseSigmas,
  describeMeasure,
  estimateIntervals,
  evaluatePck,
  scoreNames,
} from '@limber/evaluator';
import type { CocoDataset, SourceId } from '@limber/keypoints';
import { jointGroups } from '@limber/keypoints';
import type { Series } from '../pages/line-chart.ts';
import { precisionSeries } from '../pages/precision-chart.ts';

/** The numbers of an evaluation, as they stand in `metrics.json`. A new one is a field and a line in this file. */
export interface EvaluationMetrics {
  /** The boxes that the persons were cut out by. AP is higher with the true ones than with detected ones. */
  readonly boxes: 'true';
  /** Whether predictions were averaged with those of the mirror image. */
  readonly flipTest: boolean;
  readonly persons: number;
  readonly scores: Readonly<Record<string, number>>;
  /** Where the scores lie at 95 %, by the bootstrap over images; none if no samples were asked for. */
  readonly intervals?: ScoreIntervals;
  readonly sigmas: ChosenSigmas;
  /** The sigmas, and the areas that are not the persons' own, in words. */
  readonly measure: string;
  readonly pck: {
    readonly threshold: number;
    readonly normalizer: 'bbox';
    readonly all: number;
    readonly perJoint: readonly { readonly joint: string; readonly pck: number | null }[];
    /** Mean over the joints of each part of the body that are labelled somewhere. */
    readonly perGroup: readonly { readonly group: string; readonly pck: number | null }[];
  };
  /** What kinds of error there are, and what AP each costs. */
  readonly errors: ErrorAnalysis['costs'];
}

/** A prediction, and the person that it is of. */
interface PersonPrediction extends CocoResult {
  readonly annotation_id: number;
  /** The ids of image and person in the user's own file, where the dataset has other ones. */
  readonly source_image_id?: SourceId;
  readonly source_annotation_id?: SourceId;
}

/** A true person by its id, and by that in the user's own file where it is another. */
interface NamedPerson {
  readonly annotationId: number;
  readonly sourceAnnotationId?: SourceId;
}

/** An evaluation. Nothing is computed again from it: the report shows what stands here. */
export interface Evaluation {
  readonly metrics: EvaluationMetrics;
  /** Precision over recall, a line for each of some OKS thresholds and one for the mean of all. */
  readonly precision: readonly Series[];
  /** Each person's joints in COCO's result format. Frame: imagePx. */
  readonly predictions: readonly PersonPrediction[];
  /** Which prediction found which true person, and how well; `row` counts `predictions`. */
  readonly persons: {
    readonly found: readonly (FoundPerson & NamedPerson)[];
    readonly notFound: readonly NamedPerson[];
  };
}

/**
 * Evaluates what a model predicted for persons that were cut out by their true boxes.
 *
 * @param options.bootstrap - samples of the images that intervals are drawn from; 0 draws none.
 * @param options.annotationIds - [predictions] the person that each is of.
 */
export function evaluatePredictions(
  truth: CocoDataset,
  predictions: readonly CocoResult[],
  options: {
    readonly pckThreshold: number;
    readonly flipTest: boolean;
    readonly bootstrap: number;
    readonly annotationIds: readonly number[];
  },
): Evaluation {
  const { pckThreshold, flipTest, bootstrap, annotationIds } = options;
  const sigmas = chooseSigmas(truth);
  const settings = { sigmas: sigmas.values, personArea: 'annotation-or-box' } as const;
  const accumulator = accumulateKeypoints(truth, predictions, settings);
  const scores = accumulator.evaluate();
  const pck = evaluatePck(truth, predictions, {
    threshold: pckThreshold,
    normalizer: 'bbox',
    annotationIds,
  });
  const { costs, found, notFound } = analyzeErrors(truth, predictions, settings);
  const metrics: EvaluationMetrics = {
    boxes: 'true',
    flipTest,
    persons: predictions.length,
    sigmas,
    measure: describeMeasure(truth, sigmas),
    scores: Object.fromEntries(scoreNames.map((name) => [name, scores[name]])),
    ...(bootstrap === 0
      ? {}
      : { intervals: estimateIntervals(accumulator, { resamples: bootstrap, seed: 0 }) }),
    pck: {
      threshold: pckThreshold,
      normalizer: 'bbox',
      all: pck.pck,
      perJoint: pck.perKeypoint.map((joint) => ({ joint: joint.name, pck: joint.pck })),
      perGroup: jointGroups(truth.category).map(({ name: group, joints }) => ({
        group,
        pck: meanKnown(joints.map((joint) => pck.perKeypoint[joint]!.pck)),
      })),
    },
    errors: costs,
  };
  const imageSources = sourceIds(truth.images);
  const personSources = sourceIds(truth.annotations);
  const nameOf = (annotationId: number): NamedPerson => {
    const sourceAnnotationId = personSources.get(annotationId);
    return { annotationId, ...(sourceAnnotationId === undefined ? {} : { sourceAnnotationId }) };
  };
  return {
    metrics,
    precision: precisionSeries(accumulator.curves(), scores.perCategory.length),
    predictions: predictions.map((prediction, row): PersonPrediction => {
      const { annotationId, sourceAnnotationId } = nameOf(annotationIds[row]!);
      const sourceImageId = imageSources.get(prediction.image_id);
      return {
        ...prediction,
        annotation_id: annotationId,
        ...(sourceImageId === undefined ? {} : { source_image_id: sourceImageId }),
        ...(sourceAnnotationId === undefined ? {} : { source_annotation_id: sourceAnnotationId }),
      };
    }),
    persons: {
      found: found.map((person) => ({ ...person, ...nameOf(person.annotationId) })),
      notFound: notFound.map(nameOf),
    },
  };
}

function meanKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function sourceIds(
  items: readonly { readonly id: number; readonly source_id?: SourceId }[],
): ReadonlyMap<number, SourceId> {
  return new Map(
    items.flatMap(({ id, source_id }) => (source_id === undefined ? [] : [[id, source_id]])),
  );
}
