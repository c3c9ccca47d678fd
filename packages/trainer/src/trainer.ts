import type { Engine } from '@limber/engine';
import { LimberError } from '@limber/keypoints';
import { captureCheckpoint } from './checkpoints/capture-checkpoint.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoints/checkpoint-file.ts';
import { restoreCheckpoint, restoreWeights } from './checkpoints/restore-checkpoint.ts';
import { createBatchStream } from './data/batch-stream.ts';
import type { BatchSource } from './data/batch-source.ts';
import { type BatchLimit, limitBatches, limitTrainBatches } from './data/batch-limit.ts';
import type { FitData } from './data/fit-data.ts';
import { checkStateKeys } from './hooks/check-state-keys.ts';
import type { Stage } from './hooks/hooks.ts';
import type { RunningTrainer } from './hooks/running-trainer.ts';
import type {
  HookedModule,
  PredictionModule,
  TrainingModule,
  ValidationModule,
} from './hooks/training-module.ts';
import { createRun } from './loops/create-run.ts';
import { runFit } from './loops/fit-loop.ts';
import { runPrediction } from './loops/predict-loop.ts';
import type { Run } from './loops/run.ts';
import { type ResolvedFlags, resolveFlags } from './loops/trainer-flags.ts';
import { runValidation } from './loops/validation-loop.ts';
import type { LogOptions, MetricValue } from './metrics/metric-collection.ts';
import type { ResumeFrom, TrainerOptions } from './trainer-options.ts';

/**
 * Trains a module, with the hooks, their order, and the meaning of Lightning's Trainer.
 *
 * `C` is every callback in order, then the module. In brackets: what is left out when nothing asks for it.
 *
 * ```text
 * fit(module, { train, val }, { resumeFrom })
 *   module.configureCallbacks
 *   module.prepareData
 *   C.setup('fit')
 *   module.configureOptimizers
 *   [resumeFrom: C.onLoadCheckpoint, weights, optimizer, callback.loadStateDict, loggers]
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
 *         (optimizer step; the schedule gives the learning rate of the next)
 *       C.onTrainBatchEnd
 *       (step metrics to the loggers)     [every logEveryNSteps]
 *       C.onSafePoint('batch')            [last batch of a window]
 *       [last batch of the epoch: validation
 *         C.onValidationStart
 *         C.onValidationEpochStart
 *         for each batch: C.onValidationBatchStart, module.validationStep, C.onValidationBatchEnd
 *         C.onValidationEpochEnd
 *         (validation metrics to the loggers)
 *         C.onValidationEnd
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
export class Trainer<Batch> implements RunningTrainer {
  readonly engine: Engine;
  readonly #options: TrainerOptions<Batch>;
  readonly #flags: ResolvedFlags;
  /** The one that runs, or the last one. */
  #run: Run<Batch> | null = null;
  #isRunning = false;

  /** @throws {LimberError} `invalid-argument` naming a flag, or two callbacks with one state key. */
  constructor(options: TrainerOptions<Batch>) {
    this.engine = options.engine;
    this.#options = options;
    this.#flags = resolveFlags(options);
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
    { resumeFrom }: { readonly resumeFrom?: ResumeFrom } = {},
  ): Promise<void> {
    const prepareData = (): void | Promise<void> => module.prepareData?.();
    const train = createBatchStream(data.train, this.#options.now ?? (() => performance.now()));
    const body = async (run: Run<Batch>): Promise<void> => {
      run.train = train;
      const { limitTrainBatches: limit, limitValBatches } = this.#flags;
      run.trainBatches = limitTrainBatches(limit, data.train.batchesPerEpoch);
      if (data.val !== undefined && module.validationStep !== undefined) {
        run.validationBatches = limitValidation(limitValBatches, data.val);
      }
      run.optimization = module.configureOptimizers(this);
      if (resumeFrom !== undefined) await this.#resume(run, resumeFrom);
      const states = run.safePoint?.loggers ?? [];
      for (const [index, logger] of run.loggers.entries()) logger.open(states[index] ?? null);
      await run.hooks.run('onFitStart');
      try {
        await runFit(run, { module, train, val: data.val, optimization: run.optimization });
      } finally {
        await train.close();
      }
      await run.hooks.run('onFitEnd');
    };
    await this.#during('fit', module, body, prepareData);
  }

  /**
   * One pass over validation batches.
   *
   * @param options.weightsFrom - a checkpoint whose weights are put into the module first.
   * @returns what was logged.
   */
  async validate(
    module: ValidationModule<Batch>,
    source: BatchSource<Batch>,
    { weightsFrom }: { readonly weightsFrom?: string } = {},
  ): Promise<Readonly<Record<string, number>>> {
    return this.#during('validate', module, async (run) => {
      if (weightsFrom !== undefined) {
        restoreWeights(run, await readCheckpoint(weightsFrom), weightsFrom);
      }
      const batches = limitValidation(this.#flags.limitValBatches, source);
      await runValidation(run, module, source, batches);
      return { ...run.callbackMetrics };
    });
  }

  /** One pass of `predictStep`; what it gave, batch by batch. */
  async predict<Prediction>(
    module: PredictionModule<Batch, Prediction>,
    source: BatchSource<Batch>,
  ): Promise<Prediction[]> {
    return this.#during('predict', module, async (run) => {
      const limit = this.#flags.limitPredictBatches;
      const batches = limitBatches(limit, source.batchesPerEpoch, 'Trainer.limitPredictBatches');
      return runPrediction(run, module, source, batches);
    });
  }

  /** Counted from 0. */
  get currentEpoch(): number {
    return this.#run?.position.epoch ?? 0;
  }

  get globalStep(): number {
    return this.#run?.position.step ?? 0;
  }

  get learningRate(): number {
    return this.#run?.optimization?.schedule(this.globalStep) ?? 0;
  }

  get isSanityChecking(): boolean {
    return this.#run?.isSanityChecking ?? false;
  }

  get isFastDevRun(): boolean {
    return this.#flags.isFastDevRun;
  }

  get maxEpochs(): number {
    return this.#flags.maxEpochs;
  }

  get checkValEveryNEpoch(): number {
    return this.#flags.checkValEveryNEpoch;
  }

  get hasValidation(): boolean {
    return (this.#run?.validationBatches ?? 0) > 0;
  }

  get stepsPerEpoch(): number {
    return Math.ceil((this.#run?.trainBatches ?? 0) / this.#flags.accumulateGradBatches);
  }

  get estimatedSteppingBatches(): number {
    const { maxEpochs, maxSteps } = this.#flags;
    const byEpochs = maxEpochs === -1 ? Infinity : maxEpochs * this.stepsPerEpoch;
    return maxSteps === -1 ? byEpochs : Math.min(maxSteps, byEpochs);
  }

  get isLoggingStep(): boolean {
    return this.#run?.isLoggingStep ?? false;
  }

  get callbackMetrics(): Readonly<Record<string, number>> {
    const run = this.#run;
    if (run === null) return {};
    return { ...run.callbackMetrics, ...run.trainMetrics.stepMetrics() };
  }

  get progressBarMetrics(): Readonly<Record<string, number>> {
    const run = this.#run;
    if (run === null) return {};
    return { ...run.progressBarMetrics, ...run.trainMetrics.stepMetrics('progress-bar') };
  }

  get canSaveCheckpoint(): boolean {
    return this.#isRunning && (this.#run?.safePoint ?? null) !== null;
  }

  get dataWaitMs(): number {
    return this.#run?.train?.waitMs ?? 0;
  }

  log(name: string, value: MetricValue, options: LogOptions = {}): void {
    const target = this.#run?.logTarget ?? null;
    if (this.#run === null || target === null) throw notAllowed(name);
    const { trainMetrics, validationMetrics } = this.#run;
    (target === 'train' ? trainMetrics : validationMetrics).record(name, value, options);
  }

  stop(): void {
    if (this.#run !== null) this.#run.shouldStop = true;
  }

  async saveCheckpoint(file: string): Promise<void> {
    const hyperParameters = this.#options.hyperParameters ?? null;
    await writeCheckpoint(file, await captureCheckpoint(this.#run!, hyperParameters));
  }

  warn(message: string): void {
    const { onWarning = (text: string) => process.emitWarning(text) } = this.#options;
    onWarning(message);
  }

  async #during<Result>(
    stage: Stage,
    module: HookedModule<Batch>,
    body: (run: Run<Batch>) => Promise<Result>,
    prepareData?: () => void | Promise<void>,
  ): Promise<Result> {
    if (this.#isRunning) throw new Error('This Trainer is running already: use another one.');
    const run = createRun(this, this.#flags, this.#options, stage, module);
    this.#run = run;
    this.#isRunning = true;
    try {
      await prepareData?.();
      await run.hooks.run('setup', stage);
      const result = await body(run);
      await run.hooks.run('teardown', stage);
      return result;
    } catch (error) {
      await run.hooks.run('onException', error);
      await run.hooks.run('teardown', stage);
      throw error;
    } finally {
      for (const logger of run.loggers) logger.close();
      run.trainMetrics.endStep();
      run.trainMetrics.reset();
      run.optimization?.optimizer.dispose();
      run.optimization = null;
      this.#isRunning = false;
    }
  }

  async #resume(run: Run<Batch>, from: ResumeFrom): Promise<void> {
    const found =
      typeof from === 'string' ? { file: from, contents: await readCheckpoint(from) } : from;
    await restoreCheckpoint(run, found.contents, found.file);
  }
}

function limitValidation(limit: BatchLimit, source: BatchSource<unknown>): number {
  return limitBatches(limit, source.batchesPerEpoch, 'Trainer.limitValBatches');
}

function notAllowed(name: string): LimberError {
  return new LimberError('invalid-argument', {
    where: `log("${name}")`,
    what: 'logged where its line would be lost, or be there twice after an interruption',
    expected: 'a call from onTrainEpochStart to onTrainEpochEnd, or from a validation pass',
    got: 'one from another hook',
  });
}
