import { deriveSkeleton, flipIndices } from '@limber/keypoints';
import type { EvaluateKeypointsOptions, MatchInputs } from '../adapt-inputs.ts';
import { adaptInputs, matchAll } from '../adapt-inputs.ts';
import { cocoMaxDetections } from '../coco-protocol.ts';
import type { GroundTruth, TruePerson } from '../ground-truths/ground-truth.ts';
import type { PersonPair } from '../matching/pair-persons.ts';
import { pairPersons } from '../matching/pair-persons.ts';
import { distanceAt } from '../oks/joint-similarity.ts';
import type { ResultTable, Results } from '../results/result-table.ts';
import { withoutRows } from '../results/result-table.ts';
import type { JointError, JointVerdict } from './joint-error.ts';
import { judgeJoint } from './joint-error.ts';

/** What can go wrong: with a joint of a found person, or with a whole person. */
export type ErrorKind = Exclude<JointError, 'good'> | 'background' | 'not-found';

/** One kind of error and what it costs. */
export interface ErrorCost {
  readonly kind: ErrorKind;
  /** Joints; of `background` detections, of `not-found` persons. */
  readonly count: number;
  /** AP if this kind of error alone were corrected. */
  readonly correctedAP: number;
  /** What that would add to AP. Corrections overlap, so costs do not add up to what AP lacks. */
  readonly cost: number;
}

/** A person that was found, and the kind of error of each of its joints. */
export interface FoundPerson {
  readonly imageId: number;
  readonly annotationId: number;
  /** The detection, as a row of `results`. */
  readonly row: number;
  readonly oks: number;
  /** [K] null where the joint is not labelled. */
  readonly joints: readonly (JointError | null)[];
}

/** Every person and detection by the kind of its errors, and the AP that each kind costs. */
export interface ErrorAnalysis {
  readonly AP: number;
  readonly costs: readonly ErrorCost[];
  /** [K] how many joints have each kind of error. */
  readonly perKeypoint: readonly Readonly<Record<JointError, number>>[];
  /** The worst first. */
  readonly found: readonly FoundPerson[];
  /** Ids of annotations. */
  readonly notFound: readonly number[];
  /** The results that were judged: under another convention than pycocotools not all, and with other scores. */
  readonly results: ResultTable;
}

const jointErrors = ['miss', 'swap', 'inversion', 'jitter'] as const;

/**
 * Sorts the errors of a pose estimator by their kind and says what AP each kind costs.
 *
 * A detection is meant for the person that it is most similar to, from OKS 0.1. Joints of found persons are then
 * good, or off by one of four kinds of error; detections meant for nobody are `background` (a second detection of a
 * person too), persons that nobody was meant for are `not-found`. For the cost, each kind alone is corrected: joints
 * move to where they would be without it, detections and persons are left out.
 *
 * Where the skeleton's pairs are not known, no error is an inversion.
 *
 * @throws {LimberError} as `evaluateKeypoints`.
 * @see Ronchi and Perona 2017, Benchmarking and Error Diagnosis in Multi-Instance Pose Estimation, arXiv:1707.05388.
 */
export function analyzeErrors(
  groundTruth: GroundTruth,
  results: Results,
  options: EvaluateKeypointsOptions = {},
): ErrorAnalysis {
  const inputs = adaptInputs(groundTruth, results, options);
  const { groundTruth: truth, table } = inputs;
  const { sigmas, categoryIds, maxDetections = cocoMaxDetections } = inputs.settings;
  const pairing = { sigmas, categoryIds, maxDetections };
  const { pairs, background } = pairPersons(truth, table, pairing);
  const found = judgePairs(pairs, inputs);
  const notFound = pairs.flatMap(({ person, row }) => (row === undefined ? [person] : []));
  const { AP } = matchAll(inputs).evaluate();
  const costOf = (kind: ErrorKind, count: number, corrected: MatchInputs): ErrorCost => {
    const correctedAP = count === 0 ? AP : matchAll(corrected).evaluate().AP;
    return { kind, count, correctedAP, cost: correctedAP - AP };
  };
  const countOf = (error: JointError): number =>
    found.flatMap(({ verdicts }) => verdicts).filter((verdict) => verdict?.error === error).length;
  return {
    AP,
    costs: [
      ...jointErrors.map((error) =>
        costOf(error, countOf(error), correctJoints(inputs, found, error)),
      ),
      costOf('background', background.length, {
        ...inputs,
        table: withoutRows(table, background),
      }),
      costOf('not-found', notFound.length, withoutPersons(inputs, notFound)),
    ],
    perKeypoint: sigmas.map((_, joint) => countJoint(found, joint)),
    found: found
      .map(({ row, person, oks, verdicts }) => ({
        imageId: person.image_id,
        annotationId: person.id,
        row,
        oks,
        joints: verdicts.map((verdict) => verdict?.error ?? null),
      }))
      .toSorted((a, b) => a.oks - b.oks),
    notFound: notFound.map(({ id }) => id),
    results: table,
  };
}

/** A person that was found. */
interface JudgedPair {
  readonly person: TruePerson;
  readonly row: number;
  readonly oks: number;
  /** [K]; undefined where the joint is not labelled. */
  readonly verdicts: readonly (JointVerdict | undefined)[];
}

function judgePairs(
  pairs: readonly PersonPair[],
  { groundTruth, table, settings }: MatchInputs,
): JudgedPair[] {
  const { sigmas } = settings;
  const skeleton = deriveSkeleton({ ...groundTruth.category, skeleton: [], sigmas });
  // without known pairs no joint has another side to be taken for
  const mirrored = flipIndices(skeleton.pairs === null ? { ...skeleton, pairs: [] } : skeleton);
  return pairs.flatMap(({ row, person, oks, others }) => {
    if (row === undefined) return [];
    const start = table.keypointStarts[row]!;
    const verdicts = sigmas.map((sigma, joint) => {
      if (!(person.keypoints[3 * joint + 2]! > 0)) return undefined;
      const x = table.keypoints[start + 3 * joint]!;
      const y = table.keypoints[start + 3 * joint + 1]!;
      const question = { x, y, joint, mirrored: mirrored[joint]!, sigma };
      return judgeJoint(question, person, others);
    });
    return [{ person, row, oks, verdicts }];
  });
}

function correctJoints(
  inputs: MatchInputs,
  found: readonly JudgedPair[],
  error: JointError,
): MatchInputs {
  const { table, settings } = inputs;
  const keypoints = table.keypoints.slice();
  for (const { row, person, verdicts } of found) {
    for (const [joint, verdict] of verdicts.entries()) {
      if (verdict?.error !== error) continue;
      const at = table.keypointStarts[row]! + 3 * joint;
      const offset = distanceAt(verdict.corrected, settings.sigmas[joint]!, person.area);
      keypoints[at] = person.keypoints[3 * joint]! + offset;
      keypoints[at + 1] = person.keypoints[3 * joint + 1]!;
    }
  }
  return { ...inputs, table: { ...table, keypoints } };
}

function withoutPersons(inputs: MatchInputs, persons: readonly TruePerson[]): MatchInputs {
  const left = new Set(persons);
  const annotations = inputs.groundTruth.annotations.filter((person) => !left.has(person));
  return { ...inputs, groundTruth: { ...inputs.groundTruth, annotations } };
}

function countJoint(found: readonly JudgedPair[], joint: number): Record<JointError, number> {
  const counts = { good: 0, jitter: 0, inversion: 0, swap: 0, miss: 0 };
  for (const { verdicts } of found) {
    const error = verdicts[joint]?.error;
    if (error !== undefined) counts[error]++;
  }
  return counts;
}
