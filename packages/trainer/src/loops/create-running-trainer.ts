import { captureCheckpoint } from '../checkpoints/capture-checkpoint.ts';
import { writeCheckpoint } from '../checkpoints/checkpoint-file.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { Logger, LogPoint } from '../loggers/logger.ts';
import type { TrainerOptions } from '../trainer-options.ts';
import type { FitPlan } from './fit-plan.ts';
import { refreshStatistics } from './refresh-statistics.ts';
import type { FitRun, Run } from './run.ts';
import { learningRateOf, logPointOf, logTargetOf } from './run.ts';
import type { TrainerFlags } from './trainer-flags.ts';

/** What a Trainer works on. */
export interface TrainerState<Batch> {
  /** The current run, or the last one; null before the first. */
  run: Run<Batch> | null;
  /** Of the current fit or the last one, once its data are known; null if the run is no fit. */
  plan: FitPlan | null;
  /** The current fit, once its optimizer is there. */
  fit: FitRun<Batch> | null;
}

/** The Trainer as its hooks see it, whatever it works on at the moment. */
export function createRunningTrainer<Batch>(
  flags: TrainerFlags,
  options: TrainerOptions<Batch>,
  state: TrainerState<Batch>,
): RunningTrainer {
  const { engine, profiler, hyperParameters = null } = options;
  const { onWarning = (text: string) => process.emitWarning(text) } = options;
  const started = (): Run<Batch> => {
    if (state.run === null) throw new Error('This Trainer has not run yet.');
    return state.run;
  };
  const eachLogger = (name: string, work: (logger: Logger, at: LogPoint) => void): void => {
    const run = started();
    if (logTargetOf(run, name) === 'nowhere') return;
    for (const logger of run.loggers) work(logger, logPointOf(run));
  };
  return {
    engine,
    isFastDevRun: flags.fastDevRun !== false,
    maxEpochs: flags.maxEpochs,
    get module() {
      return started().module;
    },
    get stage() {
      return started().stage;
    },
    get currentEpoch() {
      return state.run?.position.epoch ?? 0;
    },
    get globalStep() {
      return state.run?.position.step ?? 0;
    },
    get samplesSeen() {
      return state.run?.position.samples ?? 0;
    },
    get learningRate() {
      return state.fit === null ? 0 : learningRateOf(state.fit);
    },
    get learningRates() {
      const { fit } = state;
      const groups = fit?.optimization.groups ?? [];
      return Object.fromEntries(
        groups.map(({ name, schedule }) => [name, learningRateOf(fit!, schedule)]),
      );
    },
    get isSanityChecking() {
      return state.fit?.isSanityChecking ?? false;
    },
    get validatesEveryEpoch() {
      const { everyNEpochs, intervalBatches, trainBatches } = state.plan ?? {};
      return everyNEpochs === 1 && intervalBatches === trainBatches;
    },
    get numTrainingBatches() {
      return state.plan?.trainBatches ?? 0;
    },
    get numValBatches() {
      return state.plan?.validationBatches.reduce((sum, batches) => sum + batches, 0) ?? 0;
    },
    get dataloaderIdx() {
      return state.run?.dataloaderIdx ?? 0;
    },
    get isLastBatch() {
      return state.fit?.isLastBatch ?? false;
    },
    get stepsPerEpoch() {
      const { plan } = state;
      if (plan === null) return 0;
      return plan.isLengthKnown ? plan.firstStepOf(1) : Infinity;
    },
    get estimatedSteppingBatches() {
      return state.plan?.totalSteps ?? 0;
    },
    get isLoggingStep() {
      return state.fit?.isLoggingStep ?? false;
    },
    get callbackMetrics() {
      // a step's own metrics are this rank's: with several, those count that all have agreed on
      if (state.run !== null && state.run.ranks.worldSize > 1)
        return { ...state.run.callbackMetrics };
      return { ...state.run?.callbackMetrics, ...state.fit?.trainMetrics.stepMetrics() };
    },
    get progressBarMetrics() {
      const ofStep = state.fit?.trainMetrics.stepMetrics('progress-bar');
      return { ...state.run?.progressBarMetrics, ...ofStep };
    },
    get canSaveCheckpoint() {
      return state.fit !== null && state.fit.safePoint !== null && !state.fit.isPastSafePoint;
    },
    get dataWaitMs() {
      return state.fit?.train.waitMs ?? 0;
    },
    log: (name, value, { addDataloaderIdx = true, ...logOptions } = {}) => {
      const { dataloaderIdx } = started();
      const isOfOne = dataloaderIdx !== null && addDataloaderIdx;
      const target = logTargetOf(started(), name);
      if (target === 'nowhere') return;
      target.record(isOfOne ? `${name}/dataloader_idx_${dataloaderIdx}` : name, value, logOptions);
    },
    logImage: (name, image) => eachLogger(name, (logger, at) => logger.logImage?.(name, image, at)),
    logHistogram: (name, values) =>
      eachLogger(name, (logger, at) => logger.logHistogram?.(name, values, at)),
    stop: () => {
      started().shouldStop = true;
    },
    refreshStatistics: async () => {
      if (state.fit !== null) await refreshStatistics(state.fit);
    },
    saveCheckpoint: async (file) => {
      if (state.fit === null) throw new Error(`${file}: no fit is running that could be saved.`);
      profiler?.start('saveCheckpoint');
      await writeCheckpoint(file, await captureCheckpoint(state.fit, hyperParameters));
      profiler?.stop('saveCheckpoint');
    },
    warn: onWarning,
  };
}
