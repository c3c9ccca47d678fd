import type { Engine } from '@limber/engine';
import type { FoundCheckpoint } from './checkpoints/find-checkpoint.ts';
import { resolveCheckpointPath } from './checkpoints/resolve-checkpoint-path.ts';
import { restoreCheckpoint, restoreWeights } from './checkpoints/restore-checkpoint.ts';
import { limitBatches } from './data/batch-limit.ts';
import type { BatchSource, BatchSources, FitData } from './data/batch-source.ts';
import { listSources } from './data/batch-source.ts';
import type { DataModule } from './data/data-module.ts';
import { fitDataOf, hooksOf, sourcesOf } from './data/data-module.ts';
import { createBatchStream } from './data/batch-stream.ts';
import { createLossWatch } from './gradients/loss-watch.ts';
import { checkStateKeys } from './hooks/check-state-keys.ts';
import type { RunningTrainer, Stage } from './hooks/running-trainer.ts';
import type {
  HookedModule,
  PredictionModule,
  TestModule,
  TrainingModule,
  ValidationModule,
} from './hooks/training-module.ts';
import { openLoggers } from './loggers/open-loggers.ts';
import { checkEngine } from './loops/check-engine.ts';
import { createRun } from './loops/create-run.ts';
import type { TrainerState } from './loops/create-running-trainer.ts';
import { createRunningTrainer } from './loops/create-running-trainer.ts';
import { runFit } from './loops/fit-loop.ts';
import { planFit } from './loops/fit-plan.ts';
import { createOptimization } from './loops/optimization.ts';
import type { Pass } from './loops/pass.ts';
import { passes, runPass } from './loops/pass.ts';
import type { FitRun, Run } from './loops/run.ts';
import { runToEnd } from './loops/run-to-end.ts';
import type { TrainerFlags } from './loops/trainer-flags.ts';
import { resolveFlags } from './loops/trainer-flags.ts';
import { alignRanks } from './ranks/align-ranks.ts';
import { createMetricCollection } from './metrics/metric-collection.ts';
import type { CheckpointPath, StartOptions, TrainerOptions } from './trainer-options.ts';

/**
 * Trains a module, with the hooks, their order, and the meaning of Lightning's Trainer.
 * `C` is every callback in order, then the module. In brackets: what is left out when nothing asks for it.
 * ```text
 * fit(module, { train, val } or data module, { ckptPath })
 *   module.configureCallbacks
 *   [data module: prepareData; setup comes before C.setup, its sources after it, teardown before C.teardown]
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
 *         for each batch of each source: C.onValidationBatchStart, module.validationStep (awaited), C.onValidationBatchEnd
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
 * A fit that was killed and is run again with its last checkpoint ends with the same weights, logs and callback states, byte for byte,
 * on the same machine with the same number of threads.
 */
export class Trainer<Batch> {
  readonly engine: Engine;
  readonly #options: TrainerOptions<Batch>;
  readonly #flags: TrainerFlags;
  readonly #state: TrainerState<Batch> = { run: null, plan: null, fit: null };
  /** What hooks see of it. */
  readonly #view: RunningTrainer;
  #isRunning = false;

  /** @throws {LimberError} `invalid-argument` naming a flag, or two callbacks with one state key. */
  constructor(options: TrainerOptions<Batch>) {
    this.engine = options.engine;
    this.#options = options;
    this.#flags = resolveFlags(options);
    this.#view = createRunningTrainer(this.#flags, options, this.#state);
    checkEngine(options.engine, this.#flags, (message) => this.#view.warn(message));
    checkStateKeys(options.callbacks ?? []);
  }

  /**
   * Trains the module, from the start or from a checkpoint.
   *
   * @throws {TrainingInterrupted} after the signal; {@link TrainingDiverged} if the loss is not finite any more.
   */
  async fit(
    module: TrainingModule<Batch>,
    data: FitData<Batch> | DataModule<Batch>,
    { ckptPath }: StartOptions = {},
  ): Promise<void> {
    await this.#during('fit', { module, data }, async (begun) => {
      if ('prepareData' in data) await data.prepareData?.();
      await module.prepareData?.();
      await begun.hooks.run('setup', 'fit');
      await module.configureModel?.();
      const run = this.#createFit(begun, module, fitDataOf(data));
      const found = await this.#find(ckptPath, run);
      if (found !== null) await restoreCheckpoint(run, found.contents, found.file);
      alignRanks(run);
      await openLoggers(run.loggers, run.safePoint?.loggers ?? []);
      await run.hooks.run('onFitStart');
      try {
        await runFit(run);
      } finally {
        await run.train.close();
      }
      await run.hooks.run('onFitEnd');
    });
  }

  /** One pass over validation batches; what was logged in it. */
  async validate(
    module: ValidationModule<Batch>,
    data: BatchSources<Batch> | DataModule<Batch>,
    options: StartOptions = {},
  ): Promise<Readonly<Record<string, number>>> {
    return this.#pass('validate', { module, data, ...options }, (batch, index) =>
      module.validationStep(batch, index, this.#view),
    );
  }

  /** One pass over test batches; what was logged in it. */
  async test(
    module: TestModule<Batch>,
    data: BatchSources<Batch> | DataModule<Batch>,
    options: StartOptions = {},
  ): Promise<Readonly<Record<string, number>>> {
    return this.#pass('test', { module, data, ...options }, (batch, index) =>
      module.testStep(batch, index, this.#view),
    );
  }

  /** One pass of `predictStep`; what it gave, batch by batch. */
  async predict<Prediction>(
    module: PredictionModule<Batch, Prediction>,
    data: BatchSource<Batch> | DataModule<Batch>,
    options: StartOptions = {},
  ): Promise<Prediction[]> {
    const predictions: Prediction[] = [];
    await this.#pass('predict', { module, data, ...options }, async (batch, index) => {
      predictions.push(await module.predictStep(batch, index, this.#view));
    });
    return predictions;
  }

  /** Counted from 0; as `globalStep`, of the current run or the last one. */
  get currentEpoch(): number {
    return this.#view.currentEpoch;
  }

  /** Optimizer steps taken. */
  get globalStep(): number {
    return this.#view.globalStep;
  }

  /** Optimizer steps of the whole current fit, or the last one. Infinity: without end. */
  get estimatedSteppingBatches(): number {
    return this.#view.estimatedSteppingBatches;
  }

  /** -1: without end. */
  get maxEpochs(): number {
    return this.#flags.maxEpochs;
  }

  get isFastDevRun(): boolean {
    return this.#flags.fastDevRun !== false;
  }

  /** The newest value of everything that was logged. */
  get callbackMetrics(): Readonly<Record<string, number>> {
    return this.#view.callbackMetrics;
  }

  async #during<Result>(
    stage: Stage,
    { module, data }: RunInput<Batch>,
    work: (run: Run<Batch>) => Promise<Result>,
  ): Promise<Result> {
    if (this.#isRunning) throw new Error('This Trainer is running already: use another one.');
    const state = this.#state;
    const about = { trainer: this.#view, flags: this.#flags, options: this.#options };
    const settle = async (): Promise<void> => state.fit?.trainMetrics.settle();
    const settleMetrics = this.engine.webgpu === null ? null : settle;
    const run = createRun({ ...about, stage, module, dataHooks: hooksOf(data), settleMetrics });
    // an evaluation is one of the step that training has come to
    if (stage !== 'fit' && state.run !== null) run.position = state.run.position;
    state.run = run;
    state.plan = null;
    this.#isRunning = true;
    try {
      return await runToEnd(run, () => work(run));
    } finally {
      this.#isRunning = false;
      state.fit?.trainMetrics.reset();
      state.fit?.losses.dispose();
      state.fit?.optimization.dispose();
      state.fit = null;
    }
  }

  #createFit(
    begun: Run<Batch>,
    module: TrainingModule<Batch>,
    { train, val }: FitData<Batch>,
  ): FitRun<Batch> {
    const { now = () => performance.now(), profiler = null, samplesOf = () => 1 } = this.#options;
    const validated = module.validationStep === undefined ? [] : listSources(val);
    const plan = planFit(this.#flags, begun.callbacks, { train, val: validated });
    this.#state.plan = plan;
    const optimization = createOptimization(module.configureOptimizers(this.#view));
    const run: FitRun<Batch> = {
      ...begun,
      module,
      plan,
      train: createBatchStream(train, now, profiler),
      val: validated,
      optimization,
      samplesOf,
      trainMetrics: createMetricCollection(this.engine, { onStep: true, onEpoch: false }),
      losses: createLossWatch(this.engine),
      safePoint: null,
      isSanityChecking: false,
      isLoggingStep: false,
      isLastBatch: false,
    };
    this.#state.run = run;
    this.#state.fit = run;
    return run;
  }

  async #pass(
    stage: keyof typeof passes,
    options: PassOptions<Batch>,
    step: Pass<Batch>['step'],
  ): Promise<Readonly<Record<string, number>>> {
    const { data, ckptPath } = options;
    return this.#during(stage, options, async (run) => {
      await run.hooks.run('setup', stage);
      const sources = sourcesOf(data, stage);
      const found = await this.#find(ckptPath, run);
      if (found !== null) restoreWeights(run, found.contents, found.file);
      const { name, limit } = passes[stage];
      const limited = (all: number) => limitBatches(this.#flags[limit], all, `Trainer.${limit}`);
      const batches = sources.map(({ batchesPerEpoch }) => limited(batchesPerEpoch));
      await runPass(run, { name, sources, batches, step });
      return { ...run.callbackMetrics };
    });
  }

  async #find(
    ckptPath: CheckpointPath | undefined,
    { callbacks }: Run<Batch>,
  ): Promise<FoundCheckpoint | null> {
    if (ckptPath === undefined) return null;
    const keepers = callbacks.flatMap(({ kept }) => (kept === undefined ? [] : [kept]));
    return resolveCheckpointPath(ckptPath, keepers, (message) => this.#view.warn(message));
  }
}

interface RunInput<Batch> {
  readonly module: HookedModule<Batch>;
  readonly data: BatchSources<Batch> | FitData<Batch> | DataModule<Batch>;
}

interface PassOptions<Batch> extends RunInput<Batch>, StartOptions {
  readonly data: BatchSources<Batch> | DataModule<Batch>;
}
