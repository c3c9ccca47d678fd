import type {
  ChosenSigmas,
  ErrorAnalysis,
  GroundTruthFile,
  KeypointEvaluation,
  OksAccumulator,
  PckEvaluation,
  PrecisionRecall,
  ResultComparison,
  ResultTable,
  ScoreIntervals,
} from '@limber/evaluator';
import {
  accumulateKeypoints,
  chooseSigmas,
  readGroundTruth,
  readResultTable,
} from '@limber/evaluator/core';
import { LimberError } from '@limber/files';
import { readSkeleton, stateJoints } from '@limber/keypoints';
import type { EvaluationOptions } from './evaluation-options.ts';
import { toEvaluateOptions } from './evaluation-options.ts';

/** Everything that `limber evaluate` was asked for. */
export interface EvaluationOutcome {
  readonly truth: GroundTruthFile;
  readonly sigmas: ChosenSigmas;
  readonly results: ResultTable;
  readonly evaluation: KeypointEvaluation;
  readonly curves: () => PrecisionRecall;
  /** The results with detected boxes, where the others are with true ones. */
  readonly detected?: KeypointEvaluation;
  readonly intervals?: ScoreIntervals;
  readonly other?: {
    readonly evaluation: KeypointEvaluation;
    readonly comparison: ResultComparison;
  };
  readonly errors?: ErrorAnalysis;
  readonly pck?: PckEvaluation;
}

/** Samples of a comparison for which no number was given. */
const comparisonResamples = 1000;

/**
 * Reads and scores the files; whatever more was asked for is loaded only then.
 *
 * @throws {LimberError} naming the file and the place, for anything that cannot be evaluated.
 */
export async function runEvaluation(options: EvaluationOptions): Promise<EvaluationOutcome> {
  const { bootstrap, seed } = options;
  const [results, truth] = await Promise.all([
    readResultTable(options.results),
    readTruth(options),
  ]);
  const sigmas = namingFiles(options, () =>
    chooseSigmas(truth, { sigmas: options.sigmas, convention: options.compat }),
  );
  const settings = toEvaluateOptions(options, sigmas.values);
  const accumulate = (table: ResultTable, file: string): OksAccumulator =>
    namingFiles({ ...options, results: file }, () => accumulateKeypoints(truth, table, settings));
  const accumulator = accumulate(results, options.results);
  const outcome = {
    truth,
    sigmas,
    results,
    evaluation: accumulator.evaluate(),
    curves: () => accumulator.curves(),
  };
  const resampling = { resamples: bootstrap ?? comparisonResamples, seed };
  return {
    ...outcome,
    ...(options.detected === undefined
      ? {}
      : { detected: (await accumulateFile(options.detected)).evaluate() }),
    ...(bootstrap === undefined ? {} : { intervals: await estimate() }),
    ...(options.compare === undefined ? {} : { other: await compareWith(options.compare) }),
    ...(options.errors === true || options.html !== undefined ? { errors: await analyze() } : {}),
    ...(options.pck === undefined ? {} : { pck: await scorePck(options.pck) }),
  };

  async function accumulateFile(file: string): Promise<OksAccumulator> {
    return accumulate(await readResultTable(file), file);
  }

  async function estimate(): Promise<ScoreIntervals> {
    const { estimateIntervals } = await import('@limber/evaluator');
    return estimateIntervals(accumulator, resampling);
  }

  async function compareWith(file: string): Promise<NonNullable<EvaluationOutcome['other']>> {
    const { compareResults } = await import('@limber/evaluator');
    const other = await accumulateFile(file);
    const comparison = compareResults(accumulator, other, resampling);
    return { evaluation: other.evaluate(), comparison };
  }

  async function analyze(): Promise<ErrorAnalysis> {
    const { analyzeErrors } = await import('@limber/evaluator');
    return analyzeErrors(truth, results, { ...settings, lenient: true });
  }

  async function scorePck(threshold: number): Promise<PckEvaluation> {
    const { evaluatePck } = await import('@limber/evaluator');
    const { pckBy: normalizer, pckEnds: ends } = options;
    return evaluatePck(truth, results, {
      threshold,
      normalizer,
      sigmas: sigmas.values,
      ...(ends === undefined ? {} : { ends }),
    });
  }
}

/** The true persons, with what the skeleton file says of their joints. */
async function readTruth({ annotations, skeleton }: EvaluationOptions): Promise<GroundTruthFile> {
  const truth = await readGroundTruth(annotations);
  if (skeleton === undefined) return truth;
  const stated = await readSkeleton(skeleton);
  const categories = truth.categories.map((one) => stateJoints(one, stated, annotations));
  return { ...truth, category: categories[0]!, categories };
}

/**
 * Puts the file before what an evaluation refuses: it only knows `annotations[3]`, `category "person"`
 * and `results[12]`.
 *
 * @throws {LimberError} what `run` throws.
 */
function namingFiles<T>(
  { annotations, results }: Pick<EvaluationOptions, 'annotations' | 'results'>,
  run: () => T,
): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof LimberError)) throw error;
    const { code, message } = error;
    const [, kind] = /^(annotations\[|results\[|category ")/.exec(message) ?? [];
    if (kind === undefined) throw error;
    const where = kind === 'results[' ? results : annotations;
    const options = 'The options are --sigmas, --skeleton and --compat pycocotools.';
    const what = message.replace(/\.$/, kind === 'category "' ? `. ${options.slice(0, -1)}` : '');
    throw new LimberError(code, { where, what }, { cause: error });
  }
}
