import { mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { linkAtomic } from '@limber/files';
import type { SafePoint } from '../checkpoints/checkpoint.ts';
import { checkpointExtension, unfinishedExtension } from '../checkpoints/checkpoint-file.ts';
import type { Json } from '../checkpoints/json.ts';
import { TrainingDiverged } from '../errors/training-diverged.ts';
import { TrainingInterrupted } from '../errors/training-interrupted.ts';
import type { Callback, CheckpointKeeper } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { CheckpointEntry } from './checkpoint-table.ts';
import { enterTable } from './checkpoint-table.ts';
import { formatFileName } from './format-file-name.ts';
import { monitoredMetric } from './monitored-metric.ts';

/** When checkpoints are written, and which of them are kept. Names are Lightning's. */
export interface ModelCheckpointOptions {
  /** Folder of the checkpoints; may have moved when a fit is resumed. */
  readonly dirpath: string;
  /** Template as of {@link formatFileName}; each ModelCheckpoint of a fit needs its own. */
  readonly filename?: string;
  /** The metric that decides; null keeps the newest. Before the first validation of a fit none is kept by a metric of it. */
  readonly monitor?: string | null;
  readonly mode?: 'min' | 'max';
  /** How many are kept; -1 all, 0 none. */
  readonly saveTopK?: number;
  /** Whether `last.safetensors` is the newest one, kept or not. */
  readonly saveLast?: boolean;
  /** Optimizer steps between checkpoints; 0 writes them by epochs. */
  readonly everyNTrainSteps?: number;
  readonly everyNEpochs?: number;
  /** Whether it saves at the end of an epoch, or after each validation; default: the epoch, if each ends with a validation. */
  readonly saveOnTrainEpochEnd?: boolean;
  /**
   * Besides, seconds between writes of `recent.safetensors`, which is replaced each time. No other file depends on it, so the
   * clock does not change what a training ends with.
   */
  readonly everySeconds?: number;
  /** Whether `recent.safetensors` is written when the fit is interrupted. */
  readonly saveOnInterrupt?: boolean;
  /**
   * Whether it is written when anything else ends the fit between two steps, such as a batch that cannot be read. Within a
   * step there is nothing that a fit could go on from exactly: then the checkpoints before it are the last.
   */
  readonly saveOnException?: boolean;
  /** Whether file names hold the metrics' names: `epoch=3-step=400`, or `3-400`. */
  readonly autoInsertMetricName?: boolean;
  /** Called with a line for every checkpoint. */
  readonly write?: (line: string) => void;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

/** Writes checkpoints, and knows the best. */
export interface ModelCheckpoint extends Callback {
  /** null before the first. */
  readonly bestModelPath: string | null;
  readonly bestModelScore: number | null;
  /** All that are kept, best first. */
  readonly entries: readonly CheckpointEntry[];
}

interface TableState {
  readonly entries: readonly CheckpointEntry[];
  /** Names that left the table at the last save; a crash may have left their files. */
  readonly removed: readonly string[];
  readonly lastSavedStep: number | null;
}

/** Keeps checkpoints of a fit in a folder. It runs after all other callbacks. */
export function createModelCheckpoint({
  dirpath,
  filename = '{epoch}-{step}',
  monitor = null,
  mode = 'min',
  saveTopK = 1,
  saveLast = false,
  everyNTrainSteps = 0,
  everyNEpochs = 1,
  saveOnTrainEpochEnd,
  everySeconds = Infinity,
  saveOnInterrupt = true,
  saveOnException = false,
  autoInsertMetricName = true,
  write = () => {},
  now = () => performance.now(),
}: ModelCheckpointOptions): ModelCheckpoint {
  let state: TableState = { entries: [], removed: [], lastSavedStep: null };
  let lastWriteMs = 0;
  let hasValidated = false;
  const fileOf = (name: string): string => join(dirpath, name + checkpointExtension);
  const recent = fileOf('recent');

  const isDue = (trainer: RunningTrainer, point: SafePoint): boolean => {
    if (state.lastSavedStep === trainer.globalStep) return false;
    if (everyNTrainSteps > 0) {
      return point === 'batch' && trainer.globalStep % everyNTrainSteps === 0;
    }
    const isAtEpochEnd =
      saveOnTrainEpochEnd ?? (trainer.numValBatches === 0 || trainer.validatesEveryEpoch);
    if (point !== (isAtEpochEnd ? 'epoch' : 'validation')) return false;
    return (trainer.currentEpoch + 1) % everyNEpochs === 0;
  };

  const save = async (trainer: RunningTrainer): Promise<void> => {
    const where = 'ModelCheckpoint.monitor';
    const strict = hasValidated || trainer.numValBatches === 0;
    const score = monitor === null ? null : monitoredMetric(trainer, { monitor, where, strict });
    const at = { epoch: trainer.currentEpoch, step: trainer.globalStep };
    const values = { ...trainer.callbackMetrics, ...at };
    const name = formatFileName(filename, values, autoInsertMetricName);
    const isJudged = monitor === null || score !== null;
    const entered = isJudged
      ? enterTable(state.entries, { name, score }, { mode, saveTopK })
      : null;
    if (entered === null && !saveLast) return;
    const { entries, removed } = entered ?? { entries: state.entries, removed: [] };
    const before = state;
    // the checkpoint holds the table with itself in it
    state = { entries, removed, lastSavedStep: trainer.globalStep };
    const last = fileOf('last');
    try {
      await trainer.saveCheckpoint(entered === null ? last : fileOf(name));
    } catch (error) {
      state = before;
      throw error;
    }
    if (entered !== null && saveLast) await linkAtomic(fileOf(name), last);
    await removeFiles(removed);
    lastWriteMs = now();
    write(`${name}: ${monitor === null ? 'saved' : `${monitor} ${score}`}`);
  };

  const removeFiles = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await rm(fileOf(name), { force: true });
  };

  const kept: CheckpointKeeper = {
    dirpath,
    monitor,
    get bestModelPath() {
      const best = state.entries[0];
      return best === undefined ? null : fileOf(best.name);
    },
  };

  return {
    stateKey: `ModelCheckpoint(${filename})`,
    kept,
    get bestModelPath() {
      return kept.bestModelPath;
    },
    get bestModelScore() {
      return state.entries[0]?.score ?? null;
    },
    get entries() {
      return state.entries;
    },
    onFitStart: async (trainer) => {
      if (trainer.isFastDevRun) return;
      mkdirSync(dirpath, { recursive: true });
      const unfinished = readdirSync(dirpath).filter((name) => name.endsWith(unfinishedExtension));
      for (const name of unfinished) await rm(join(dirpath, name), { force: true });
      lastWriteMs = now();
    },
    onValidationEnd: ({ isSanityChecking }) => {
      hasValidated ||= !isSanityChecking;
    },
    onSafePoint: async (trainer, point) => {
      if (trainer.isFastDevRun) return;
      if (isDue(trainer, point)) {
        await save(trainer);
      } else if (point === 'batch' && now() - lastWriteMs >= everySeconds * 1000) {
        await trainer.saveCheckpoint(recent);
        lastWriteMs = now();
      }
    },
    onTrainEnd: async (trainer) => {
      if (trainer.isFastDevRun) return;
      const hasRest = everyNTrainSteps > 0 && state.lastSavedStep !== trainer.globalStep;
      if (hasRest) await save(trainer);
      await rm(recent, { force: true });
    },
    onException: async (trainer, error) => {
      const isWanted = error instanceof TrainingInterrupted ? saveOnInterrupt : saveOnException;
      if (!isWanted || trainer.isFastDevRun || error instanceof TrainingDiverged) return;
      if (trainer.canSaveCheckpoint) await trainer.saveCheckpoint(recent);
    },
    stateDict: () => ({ values: state as unknown as Json }),
    loadStateDict: async ({ values }) => {
      state = values as unknown as TableState;
      await removeFiles(state.removed);
    },
  };
}
