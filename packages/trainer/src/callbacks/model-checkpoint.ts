import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { LimberError, nearestName } from '@limber/keypoints';
import type { SafePoint } from '../checkpoints/checkpoint.ts';
import { checkpointExtension, unfinishedExtension } from '../checkpoints/checkpoint-file.ts';
import type { Json } from '../checkpoints/json.ts';
import { TrainingInterrupted } from '../errors/training-interrupted.ts';
import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { type CheckpointEntry, enterTable } from './checkpoint-table.ts';
import { formatFileName } from './format-file-name.ts';

/** When checkpoints are written, and which of them are kept. Names are Lightning's. */
export interface ModelCheckpointOptions {
  /** Folder of the checkpoints; may have moved when a fit is resumed. */
  readonly dirpath: string;
  /** Template as of {@link formatFileName}; also tells one ModelCheckpoint from another. */
  readonly filename?: string;
  /** The metric that decides; null keeps the newest. */
  readonly monitor?: string | null;
  readonly mode?: 'min' | 'max';
  /** How many are kept; -1 all, 0 none. */
  readonly saveTopK?: number;
  /** Whether `last.safetensors` is the newest one, kept or not. */
  readonly saveLast?: boolean;
  /** Optimizer steps between checkpoints; 0 writes them by epochs. */
  readonly everyNTrainSteps?: number;
  readonly everyNEpochs?: number;
  /**
   * Besides, seconds between writes of `recent.safetensors`, which is replaced each time. No other file depends on it, so the
   * clock does not change what a training ends with.
   */
  readonly everySeconds?: number;
  /** Whether `recent.safetensors` is written when the fit is interrupted. */
  readonly saveOnInterrupt?: boolean;
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
  everySeconds = Infinity,
  saveOnInterrupt = true,
  now = () => performance.now(),
}: ModelCheckpointOptions): ModelCheckpoint {
  let state: TableState = { entries: [], removed: [], lastSavedStep: null };
  let lastWriteMs = 0;
  const fileOf = (name: string): string => path.join(dirpath, name + checkpointExtension);
  const recent = fileOf('recent');

  const isDue = (trainer: RunningTrainer, point: SafePoint): boolean => {
    if (state.lastSavedStep === trainer.globalStep) return false;
    if (everyNTrainSteps > 0) {
      return point === 'batch' && trainer.globalStep % everyNTrainSteps === 0;
    }
    const isEpochEnd = !trainer.hasValidation || trainer.checkValEveryNEpoch === 1;
    if (point !== (isEpochEnd ? 'epoch' : 'validation')) return false;
    return (trainer.currentEpoch + 1) % everyNEpochs === 0;
  };

  const save = async (trainer: RunningTrainer): Promise<void> => {
    const score = monitor === null ? null : monitored(trainer, monitor);
    const at = { epoch: trainer.currentEpoch, step: trainer.globalStep };
    const name = formatFileName(filename, { ...trainer.callbackMetrics, ...at });
    const entered = enterTable(state.entries, { name, score }, { mode, saveTopK });
    if (entered === null && !saveLast) return;
    const { entries, removed } = entered ?? { entries: state.entries, removed: [] };
    // the checkpoint holds the table with itself in it
    state = { entries, removed, lastSavedStep: trainer.globalStep };
    const last = fileOf('last');
    await trainer.saveCheckpoint(entered === null ? last : fileOf(name));
    if (entered !== null && saveLast) await linkAtomic(fileOf(name), last);
    await removeFiles(removed);
    lastWriteMs = now();
  };

  const removeFiles = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await rm(fileOf(name), { force: true });
  };

  return {
    stateKey: `ModelCheckpoint(${filename})`,
    get bestModelPath() {
      const best = state.entries[0];
      return best === undefined ? null : fileOf(best.name);
    },
    get bestModelScore() {
      return state.entries[0]?.score ?? null;
    },
    get entries() {
      return state.entries;
    },
    onFitStart: async () => {
      mkdirSync(dirpath, { recursive: true });
      const unfinished = readdirSync(dirpath).filter((name) => name.endsWith(unfinishedExtension));
      for (const name of unfinished) await rm(path.join(dirpath, name), { force: true });
      lastWriteMs = now();
    },
    onSafePoint: async (trainer, _module, point) => {
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
    onException: async (trainer, _module, error) => {
      const isWanted = saveOnInterrupt && !trainer.isFastDevRun && trainer.canSaveCheckpoint;
      if (isWanted && error instanceof TrainingInterrupted) await trainer.saveCheckpoint(recent);
    },
    stateDict: () => ({ values: state as unknown as Json }),
    loadStateDict: async ({ values }) => {
      state = values as unknown as TableState;
      await removeFiles(state.removed);
    },
  };
}

function monitored(trainer: RunningTrainer, monitor: string): number {
  const metrics = trainer.callbackMetrics;
  const score = metrics[monitor];
  if (score !== undefined) return score;
  const known = Object.keys(metrics);
  const nearest = nearestName(monitor, known);
  throw new LimberError('invalid-argument', {
    where: 'ModelCheckpoint.monitor',
    what: 'a metric that was not logged',
    expected: known.length === 0 ? 'a metric that is logged' : `one of ${known.join(', ')}`,
    got: monitor,
    ...(nearest === undefined ? {} : { fix: `Did you mean "${nearest}"?` }),
  });
}

/** A second name for a file, in place of whatever had that name. */
async function linkAtomic(file: string, name: string): Promise<void> {
  const temporary = `${name}${unfinishedExtension}`;
  if (existsSync(temporary)) await rm(temporary);
  await link(file, temporary);
  await rename(temporary, name);
}
