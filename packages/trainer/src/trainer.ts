import { resolveCheckpointPath } from './checkpoints/resolve-checkpoint-path.ts';
import type { FoundCheckpoint } from './checkpoints/find-checkpoint.ts';
import { restoreCheckpoint, restoreWeights } from './checkpoints/restore-checkpoint.ts';
import { TrainingInterrupted } from './errors/training-interrupted.ts';
import type { RunOutcome } from './loggers/logger.ts';
import { openLoggers } from './loggers/open-loggers.ts';
import { limitBatches, limitTrainBatches } from './data/batch-limit.ts';
import type { BatchSource } from './data/batch-source.ts';
import { createBatchStream } from './data/batch-stream.ts';
import type { FitData } from './data/fit-data.ts';
import { checkStateKeys } from './hooks/check-state-keys.ts';
import type { Stage } from './hooks/hooks.ts';
import type {
  HookedModule,
  PredictionModule,
  TestModule,
  TrainingModule,
  ValidationModule,
} from './hooks/training-module.ts';
import { checkEngine } from './loops/check-engine.ts';
import { createRun } from './loops/create-run.ts';
import type { Evaluation, EvaluationModule } from './loops/evaluation-loop.ts';
import { runEvaluation } from './loops/evaluation-loop.ts';
import { runFit } from './loops/fit-loop.ts';
import { runPrediction } from './loops/predict-loop.ts';
import { refreshStatistics } from './loops/refresh-statistics.ts';
import type { Run } from './loops/run.ts';
import { resolveFlags } from './loops/trainer-flags.ts';
import { planValidation } from './loops/validation-due.ts';
import { RunView } from './run-view.ts';
import type { CheckpointPath, StartOptions, TrainerOptions } from './trainer-options.ts';

/**
 * Trains a module, with the hooks, their order, and the meaning of Lightning's Trainer.
 *
 * `C` is every callback in order, then the module. In brackets: what is left out when nothing asks for it.
 *
 * ```text
 * fit(module, { train, val }, { ckptPath })
 *   module.configureCallbacks
 *   module.prepareData
 *   C.setup('fit')
 *   module.configureModel
 *   module.configureOptimizers
 *   [ckptPath: C.onLoadCheckpoint, weights, optimizer, callback.loadStateDict, loggers]
 *   C.onFitStart
 *   [not resumed: C.onSanityCheckStart, validation of numSanityValSteps batches, C.onSanityCheckEnd]
 *   C.onTrainStart
 *   for each epoch:
 *     C.onTrainEpochStart
 *     for each batch:
 *       C.onTrainBatchStart
 *       tidy:
 *         module.trainingStep
 *         C.onBeforeZeroGrad              [first batch of an accumulation window]
 *         C.onBeforeBackward
 *         (backward)
 *         C.onAfterBackward
 *         C.onBeforeOptimizerStep         [last batch of a window]
 *         module.configureGradientClipping, or clipping by gradientClipVal
 *         callback.transformGradients
 *         module.optimizerStep (the optimizer, at the learning rate of the schedule as callbacks adapt it)
 *       C.onTrainBatchEnd
 *       (step metrics to the loggers)     [every logEveryNSteps]
 *       C.onSafePoint('batch')            [last batch of a window]
 *       [valCheckInterval is over: validation
 *         module.onValidationModelEval
 *         C.onValidationStart
 *         C.onValidationEpochStart
 *         for each batch: C.onValidationBatchStart, module.validationStep, C.onValidationBatchEnd
 *         C.onValidationEpochEnd
 *         (validation metrics to the loggers)
 *         C.onValidationEnd
 *         module.onValidationModelTrain
 *         C.onSafePoint('validation')]
 *     C.onTrainEpochEnd
 *     (epoch metrics to the loggers)
 *     C.onSafePoint('epoch')              ModelCheckpoint saves: callback.stateDict, C.onSaveCheckpoint
 *   C.onTrainEnd
 *   C.onFitEnd
 *   C.teardown('fit')
 * whatever is thrown: C.onException, C.teardown
 * ```
 *
 * A fit that was killed at any moment and is run again with its last checkpoint ends with the same weights, logs and
 * callback states, byte for byte, on the same machine with the same number of threads.
 */
export class Trainer<Batch> extends RunView<Batch> {
  readonly #options: TrainerOptions<Batch>;

  /** @throws {LimberError} `invalid-argument` naming a flag, or two callbacks with one state key. */
  constructor(options: TrainerOptions<Batch>) {
    super(options, resolveFlags(options));
    this.#options = options;
    checkEngine(options.engine, this.flags, (message) => this.warn(message));
    checkStateKeys(options.callbacks ?? []);
  }

  /**
   * Trains the module, from the start or from a checkpoint.
   *
   * @throws {TrainingInterrupted} after the signal; {@link TrainingDiverged} if the loss is no number any more.
   */
  async fit(
    module: TrainingModule<Batch>,
    data: FitData<Batch>,
    { ckptPath }: StartOptions = {},
  ): Promise<void> {
    const { now = () => performance.now(), profiler = null } = this.#options;
    const train = createBatchStream(data.train, now, profiler);
    const body = async (run: Run<Batch>): Promise<void> => {
      await module.configureModel?.();
      this.#planFit(run, module, data);
      run.train = train;
      const fit = { module, train, val: data.val, optimization: module.configureOptimizers(this) };
      run.optimization = fit.optimization;
      run.refreshStatistics = () => refreshStatistics(run, fit);
      const found = await this.#find(ckptPath, run);
      if (found !== null) await restoreCheckpoint(run, found.contents, found.file);
      await openLoggers(run.loggers, run.safePoint?.loggers ?? []);
      await run.hooks.run('onFitStart');
      try {
        await runFit(run, fit);
      } finally {
        await train.close();
      }
      await run.hooks.run('onFitEnd');
    };
    await this.#during('fit', module, body, () => module.prepareData?.());
  }

  /** One pass over validation batches; what was logged in it. */
  async validate(
    module: ValidationModule<Batch>,
    source: BatchSource<Batch>,
    options: StartOptions = {},
  ): Promise<Readonly<Record<string, number>>> {
    return this.#evaluate('validate', 'Validation', module, source, options);
  }

  /** One pass over test batches; what was logged in it. */
  async test(
    module: TestModule<Batch>,
    source: BatchSource<Batch>,
    options: StartOptions = {},
  ): Promise<Readonly<Record<string, number>>> {
    return this.#evaluate('test', 'Test', module, source, options);
  }

  /** One pass of `predictStep`; what it gave, batch by batch. */
  async predict<Prediction>(
    module: PredictionModule<Batch, Prediction>,
    source: BatchSource<Batch>,
    { ckptPath }: StartOptions = {},
  ): Promise<Prediction[]> {
    return this.#during('predict', module, async (run) => {
      await this.#loadWeights(run, ckptPath);
      const limit = this.flags.limitPredictBatches;
      const batches = limitBatches(limit, source.batchesPerEpoch, 'Trainer.limitPredictBatches');
      return runPrediction(run, module, source, batches);
    });
  }

  async #evaluate(
    stage: Stage,
    which: Evaluation,
    module: EvaluationModule<Batch>,
    source: BatchSource<Batch>,
    { ckptPath }: StartOptions,
  ): Promise<Readonly<Record<string, number>>> {
    return this.#during(stage, module, async (run) => {
      await this.#loadWeights(run, ckptPath);
      const flag = which === 'Test' ? 'limitTestBatches' : 'limitValBatches';
      const batches = limitBatches(this.flags[flag], source.batchesPerEpoch, `Trainer.${flag}`);
      await runEvaluation(run, which, module, source, batches);
      return { ...run.callbackMetrics };
    });
  }

  /** Hooks at the end and loggers get their turn, whatever fails; the first failure is thrown, the others are warned of. */
  async #during<Result>(
    stage: Stage,
    module: HookedModule<Batch>,
    body: (run: Run<Batch>) => Promise<Result>,
    prepareData?: () => void | Promise<void>,
  ): Promise<Result> {
    if (this.isRunning) throw new Error('This Trainer is running already: use another one.');
    const run = createRun(this, this.flags, this.#options, stage, module);
    // an evaluation is one of the step that training has come to
    if (stage !== 'fit' && this.run !== null) run.position = this.run.position;
    this.run = run;
    this.isRunning = true;
    const failures: unknown[] = [];
    const attempt = async <Value>(
      work: () => Value | Promise<Value>,
    ): Promise<Value | undefined> => {
      try {
        return await work();
      } catch (error) {
        failures.push(error);
        return undefined;
      }
    };
    const result = await attempt(async () => {
      await prepareData?.();
      await run.hooks.run('setup', stage);
      return body(run);
    });
    const [cause] = failures;
    if (failures.length > 0) await attempt(() => run.hooks.run('onException', cause));
    await attempt(() => run.hooks.run('teardown', stage));
    this.isRunning = false;
    for (const logger of run.loggers) await attempt(() => logger.close(outcomeOf(failures)));
    run.trainMetrics.endStep();
    run.trainMetrics.reset();
    run.optimization?.optimizer.dispose();
    run.optimization = null;
    if (failures.length === 0) return result as Result;
    for (const error of failures.slice(1)) this.warn(`At the end, besides: ${String(error)}`);
    throw failures[0];
  }

  #planFit(run: Run<Batch>, module: TrainingModule<Batch>, { train, val }: FitData<Batch>): void {
    const { limitTrainBatches: limit, limitValBatches } = this.flags;
    const { valCheckInterval, checkValEveryNEpoch } = this.flags;
    run.trainBatches = limitTrainBatches(limit, train.batchesPerEpoch);
    run.validationPlan = planValidation(valCheckInterval, checkValEveryNEpoch, run.trainBatches);
    if (val === undefined || module.validationStep === undefined) return;
    const available = val.batchesPerEpoch;
    run.validationBatches = limitBatches(limitValBatches, available, 'Trainer.limitValBatches');
  }

  async #loadWeights(run: Run<Batch>, ckptPath: CheckpointPath | undefined): Promise<void> {
    const found = await this.#find(ckptPath, run);
    if (found !== null) restoreWeights(run, found.contents, found.file);
  }

  async #find(
    ckptPath: CheckpointPath | undefined,
    { callbacks }: Run<Batch>,
  ): Promise<FoundCheckpoint | null> {
    if (ckptPath === undefined) return null;
    const keepers = callbacks.flatMap(({ kept }) => (kept === undefined ? [] : [kept]));
    return resolveCheckpointPath(ckptPath, keepers, (message) => this.warn(message));
  }
}

function outcomeOf(failures: readonly unknown[]): RunOutcome {
  if (failures.length === 0) return 'finished';
  return failures[0] instanceof TrainingInterrupted ? 'interrupted' : 'failed';
}
