import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import type {
  BatchSource,
  Callback,
  FitData,
  FoundCheckpoint,
  Json,
  Logger,
  ModelCheckpoint,
  Profiler,
  TrainerFlags,
  TrainingModule,
  ValidationModule,
} from '@limber/trainer';
import {
  createJsonlLogger,
  createModelCheckpoint,
  createProgressLine,
  createThroughputMonitor,
  findLastGoodCheckpoint,
  loadCheckpointWeights,
  Trainer,
} from '@limber/trainer';
import { strategyFields } from '../configuration/strategy.ts';
import type { TrainConfig } from '../configuration/train-config.ts';
import type { RunIdentity } from './run-identity.ts';
import { compareIdentities } from './run-identity.ts';
import { isFirstRank } from './as-rank.ts';
import { createTrainingCallbacks } from './training-callbacks.ts';
import { createTrainingLoggers } from './training-loggers.ts';

/** Seconds between checkpoints at most, where steps are slow. */
const checkpointEverySeconds = 60;
/** Checkpoints that a resume can choose from: were the newest damaged, there is one before it. */
const resumableCheckpoints = 2;

/** How a pose training is set up. */
export interface KeypointTrainerOptions {
  readonly engine: Engine;
  /** Configuration, skeleton and data; checkpoints of another identity are refused. */
  readonly identity: RunIdentity;
  /** Holds `checkpoints/` and `logs/`. */
  readonly workDir: string;
  readonly onProgress?: (line: string) => void;
  /** Is given what a person must see, in every process. By default `onProgress` is. */
  readonly onWarning?: (line: string) => void;
  /** In place of a plain line every few seconds. */
  readonly progress?: Callback<KeypointBatch>;
  /** More callbacks, after those of the configuration. */
  readonly callbacks?: readonly Callback<KeypointBatch>[];
  readonly profiler?: Profiler;
  readonly signal?: AbortSignal;
}

const samplesOf = ({ size }: KeypointBatch): number => size;

/**
 * The Trainer with what poses need: it goes on by itself from the last good checkpoint of its folder, keeps the checkpoint of
 * the best validation AP, and logs to `metrics.jsonl` and `timing.jsonl`.
 */
export class KeypointTrainer extends Trainer<KeypointBatch> {
  readonly #options: KeypointTrainerOptions;
  readonly #best: ModelCheckpoint;
  /** The step after which validation ran last; null: not in this process. */
  readonly #validated: { step: number | null };
  readonly #timing: Logger;
  readonly #timingFile: string;

  constructor(options: KeypointTrainerOptions) {
    const { engine, identity, workDir, onProgress = () => {}, signal, profiler } = options;
    const { config } = identity;
    const isFirst = isFirstRank(engine);
    const logs = join(workDir, 'logs');
    const timingFile = join(logs, 'timing.jsonl');
    const timing = createJsonlLogger(timingFile);
    const best = createModelCheckpoint({
      dirpath: join(workDir, 'checkpoints', 'best'),
      filename: 'best-{epoch}-{step}',
      monitor: 'val/AP',
      mode: 'max',
      saveOnInterrupt: false,
    });
    const last = createModelCheckpoint({
      dirpath: join(workDir, 'checkpoints', 'last'),
      filename: 'last-{epoch}-{step}',
      saveTopK: resumableCheckpoints,
      ...config.checkpoint,
      everySeconds: checkpointEverySeconds,
    });
    const validated: { step: number | null } = { step: null };
    super({
      engine,
      ...flagsOf(config),
      seed: config.seed,
      samplesOf,
      loggers: createTrainingLoggers(config, logs, onProgress),
      hyperParameters: identity as unknown as Json,
      onWarning: onProgress,
      ...(signal === undefined ? {} : { signal }),
      ...(profiler === undefined ? {} : { profiler }),
      callbacks: [
        ...createTrainingCallbacks(identity, {
          workDir,
          rank: engine.collectives?.rank ?? 0,
          write: onProgress,
          warn: options.onWarning ?? onProgress,
        }),
        ...(isFirst
          ? [
              createThroughputMonitor({ logger: timing, samplesOf }),
              options.progress ?? createProgressLine({ write: onProgress, samplesOf }),
            ]
          : []),
        ...(options.callbacks ?? []),
        { onValidationEnd: ({ globalStep }) => void (validated.step = globalStep) },
        // of several ranks, the first writes the checkpoints
        ...(isFirst ? [best, last] : []),
      ],
    });
    this.#options = options;
    this.#best = best;
    this.#validated = validated;
    this.#timing = timing;
    this.#timingFile = timingFile;
  }

  /**
   * Trains, from the last good checkpoint of the folder if there is one.
   *
   * @throws {LimberError} `invalid-config` if the checkpoints there are of another training.
   */
  override async fit(
    module: TrainingModule<KeypointBatch>,
    data: FitData<KeypointBatch>,
  ): Promise<void> {
    const resumeFrom = await this.#findCheckpoint();
    if (isFirstRank(this.engine)) {
      await this.#timing.open(resumeFrom === null ? null : { offset: sizeOf(this.#timingFile) });
    }
    try {
      await super.fit(module, data, resumeFrom === null ? {} : { ckptPath: resumeFrom });
    } finally {
      await this.#timing.close();
    }
  }

  /**
   * Puts the weights that the configuration keeps into the module: the best or the last ones, averaged if there is an average.
   * The last ones, and those of stochastic weight averaging, the module has already.
   *
   * @param val - what weights are validated on that were not yet.
   * @returns the metrics that were logged with them.
   */
  async restoreKept(
    module: TrainingModule<KeypointBatch> & ValidationModule<KeypointBatch>,
    val: BatchSource<KeypointBatch>,
  ): Promise<Record<string, number>> {
    const { keep, swa, trainer } = this.#options.identity.config;
    if (swa !== null || trainer.fastDevRun !== false)
      return { ...(await this.validate(module, val)) };
    const best = keep === 'best' ? this.#best.bestModelPath : null;
    if (best !== null) {
      const facts = await loadCheckpointWeights(this.engine, module, best);
      return { ...facts.callbackMetrics };
    }
    const metrics = this.callbackMetrics;
    if (this.#validated.step === this.globalStep) return metrics;
    return { ...metrics, ...(await this.validate(module, val)) };
  }

  async #findCheckpoint(): Promise<FoundCheckpoint | null> {
    if (this.isFastDevRun) return null;
    const { workDir, identity, onProgress = () => {} } = this.#options;
    const checkpoints = join(workDir, 'checkpoints');
    const folders = ['best', 'last'].map((name) => join(checkpoints, name));
    const found = await findLastGoodCheckpoint(folders, onProgress);
    if (found === null) return null;
    const { hyperParameters, position } = found.contents.facts;
    const continuation = compareIdentities(hyperParameters, identity, checkpoints);
    switch (continuation.type) {
      case 'continue':
        onProgress(
          `Going on from ${found.file} (epoch ${position.epoch + 1}, step ${position.step}).`,
        );
        return found;
      case 'shortened':
        onProgress(
          `The checkpoints in ${checkpoints} are of a training for ${continuation.epochsBefore} epochs, ` +
            `${identity.config.epochs} are asked for: they are deleted, and training starts again.`,
        );
        if (isFirstRank(this.engine)) await rm(checkpoints, { recursive: true });
        return null;
    }
  }
}

/** The Trainer's flags, which a configuration has under their names. */
function flagsOf({ epochs, trainer }: TrainConfig): Partial<TrainerFlags> {
  const { limitTrainBatches, limitValBatches, precision, detectLeaks: _, ...rest } = trainer;
  const flags = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !(name in strategyFields)),
  ) as Omit<typeof rest, keyof typeof strategyFields>;
  return {
    ...flags,
    maxEpochs: epochs,
    limitTrainBatches: limitTrainBatches ?? Infinity,
    limitValBatches: limitValBatches ?? Infinity,
    precision: precision === 'auto' ? null : precision,
  };
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
