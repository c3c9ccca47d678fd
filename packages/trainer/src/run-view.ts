import type { Engine } from '@limber/engine';
import { LimberError } from '@limber/files';
import { captureCheckpoint } from './checkpoints/capture-checkpoint.ts';
import { writeCheckpoint } from './checkpoints/checkpoint-file.ts';
import type { Stage } from './hooks/hooks.ts';
import type { RunningTrainer } from './hooks/running-trainer.ts';
import type { LoggedImage } from './loggers/logger.ts';
import type { Run } from './loops/run.ts';
import { accumulationIn, firstStepOf, learningRateOf, logPointOf } from './loops/run.ts';
import type { ResolvedFlags } from './loops/trainer-flags.ts';
import type { LogOptions, MetricValue } from './metrics/metric-collection.ts';
import type { TrainerOptions } from './trainer-options.ts';

/** What a Trainer shows of its run, while it runs and afterwards. */
export abstract class RunView<Batch> implements RunningTrainer {
  readonly engine: Engine;
  protected readonly flags: ResolvedFlags;
  /** The one that runs, or the last one. */
  protected run: Run<Batch> | null = null;
  protected isRunning = false;
  readonly #options: Pick<TrainerOptions<Batch>, 'hyperParameters' | 'onWarning'>;

  constructor(options: TrainerOptions<Batch>, flags: ResolvedFlags) {
    this.engine = options.engine;
    this.flags = flags;
    this.#options = options;
  }

  get stage(): Stage | null {
    return this.run?.stage ?? null;
  }

  /** Counted from 0. */
  get currentEpoch(): number {
    return this.run?.position.epoch ?? 0;
  }

  get globalStep(): number {
    return this.run?.position.step ?? 0;
  }

  get samplesSeen(): number {
    return this.run?.position.samples ?? 0;
  }

  get learningRate(): number {
    return this.run === null ? 0 : learningRateOf(this.run);
  }

  get isSanityChecking(): boolean {
    return this.run?.isSanityChecking ?? false;
  }

  get isFastDevRun(): boolean {
    return this.flags.isFastDevRun;
  }

  get maxEpochs(): number {
    return this.flags.maxEpochs;
  }

  get validatesEveryEpoch(): boolean {
    const { everyNEpochs, intervalBatches } = this.run?.validationPlan ?? {};
    return everyNEpochs === 1 && intervalBatches === this.numTrainingBatches;
  }

  get hasValidation(): boolean {
    return this.numValBatches > 0;
  }

  get numTrainingBatches(): number {
    return this.run?.trainBatches ?? 0;
  }

  get numValBatches(): number {
    return this.run?.validationBatches ?? 0;
  }

  get isLastBatch(): boolean {
    const { batch = 0 } = this.run?.position ?? {};
    return batch + 1 === this.numTrainingBatches;
  }

  get accumulateGradBatches(): number {
    return this.run === null ? 1 : accumulationIn(this.run, this.currentEpoch);
  }

  get stepsPerEpoch(): number {
    return this.run === null ? 0 : firstStepOf(this.run, 1);
  }

  get estimatedSteppingBatches(): number {
    const { maxEpochs, maxSteps } = this.flags;
    if (this.run === null) return 0;
    const byEpochs = maxEpochs === -1 ? Infinity : firstStepOf(this.run, maxEpochs);
    return maxSteps === -1 ? byEpochs : Math.min(maxSteps, byEpochs);
  }

  get isLoggingStep(): boolean {
    return this.run?.isLoggingStep ?? false;
  }

  get callbackMetrics(): Readonly<Record<string, number>> {
    const run = this.run;
    if (run === null) return {};
    return { ...run.callbackMetrics, ...run.trainMetrics.stepMetrics() };
  }

  get progressBarMetrics(): Readonly<Record<string, number>> {
    const run = this.run;
    if (run === null) return {};
    return { ...run.progressBarMetrics, ...run.trainMetrics.stepMetrics('progress-bar') };
  }

  get canSaveCheckpoint(): boolean {
    return this.isRunning && (this.run?.safePoint ?? null) !== null;
  }

  get dataWaitMs(): number {
    return this.run?.train?.waitMs ?? 0;
  }

  log(name: string, value: MetricValue, options: LogOptions = {}): void {
    const { run, target } = openLog(this.run, name);
    if (target === 'nowhere') return;
    (target === 'train' ? run.trainMetrics : run.validationMetrics).record(name, value, options);
  }

  logImage(name: string, image: LoggedImage): void {
    const { run } = openLog(this.run, name);
    for (const logger of run.loggers) logger.logImage?.(name, image, logPointOf(run));
  }

  logHistogram(name: string, values: Float32Array): void {
    const { run } = openLog(this.run, name);
    for (const logger of run.loggers) logger.logHistogram?.(name, values, logPointOf(run));
  }

  stop(): void {
    if (this.run !== null) this.run.shouldStop = true;
  }

  async refreshStatistics(): Promise<void> {
    await this.run?.refreshStatistics?.();
  }

  async saveCheckpoint(file: string): Promise<void> {
    this.run!.profiler?.start('saveCheckpoint');
    const hyperParameters = this.#options.hyperParameters ?? null;
    await writeCheckpoint(file, await captureCheckpoint(this.run!, hyperParameters));
    this.run!.profiler?.stop('saveCheckpoint');
  }

  warn(message: string): void {
    const { onWarning = (text: string) => process.emitWarning(text) } = this.#options;
    onWarning(message);
  }
}

type LogTarget = Exclude<Run<unknown>['logTarget'], null>;

/** @throws {LimberError} `invalid-argument` where nothing may be logged. */
function openLog<Batch>(
  run: Run<Batch> | null,
  name: string,
): { run: Run<Batch>; target: LogTarget } {
  const target = run?.logTarget ?? null;
  if (run !== null && target !== null) return { run, target };
  throw new LimberError('invalid-argument', {
    where: `log("${name}")`,
    what: 'logged where its line would be lost, or be there twice after an interruption',
    expected: 'a call from onTrainEpochStart to onTrainEpochEnd, or from an evaluation pass',
    got: 'one from another hook',
  });
}
