import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { decodeSafetensors } from '@limber/engine';
import { afterAll, beforeAll, expect } from 'vitest';
import { packTinyShards } from '../packages/pose-trainer/src/fixtures/tiny-shards.suite.ts';
import { startLimber } from './limber-command.ts';
import { childRanks } from './rank-processes.ts';

/**
 * Flags of a training that are those of the others but for a last bit: what rounding makes of a training grows from step to step, and as
 * much as this makes of it is none.
 */
export const nudge = { gradientClipVal: 1 + 1e-7 };

/** A signal for one rank, once there is a checkpoint. */
interface Strike {
  readonly rank: number;
  readonly signal: NodeJS.Signals;
  readonly delayMs: number;
}

/** Short trainings in a folder of its own, for the tests of a file. */
export interface RankTraining {
  readonly root: string;
  /** Writes a training. @returns the words of the command that runs it. */
  readonly prepare: (name: string, trainer?: object, train?: object) => string[];
  /** The same as two ranks. */
  readonly launch: (name: string, trainer?: object, train?: object) => string[];
  /** Starts a command, and strikes a rank. @returns what the command said, and how long it took from then on. */
  readonly strike: (
    name: string,
    words: readonly string[],
    strike: Strike,
  ) => Promise<{ exitCode: number | null; stderr: string; ms: number }>;
  readonly weightsOf: (name: string) => Buffer;
  /** @param nudged - the training `alone`, with {@link nudge}. */
  readonly expectEqualButForRounding: (alone: string, ranks: string, nudged: string) => void;
  readonly checkpointsOf: (name: string) => string[];
}

/** @param common - `trainer` of all of them. */
export function useRankTraining(common: object): RankTraining {
  const root = mkdtempSync(join(tmpdir(), 'limber-ranks-'));
  beforeAll(() => packTinyShards(root, { train: 12, val: 2 }));
  afterAll(() => rmSync(root, { recursive: true }));
  const prepare: RankTraining['prepare'] = (name, trainer = {}, train = {}) => {
    const config = {
      data: { train: 'train', val: 'val' },
      out: name,
      train: {
        model: 'limber-tiny',
        inputSize: [32, 32],
        epochs: 20,
        batchSize: 4,
        optimizer: { type: 'sgd', learningRate: 0.001 },
        augmentation: { halfBody: null },
        keep: 'last',
        workers: 0,
        checkpoint: { everyNTrainSteps: 2 },
        ...train,
        trainer: {
          precision: '32',
          checkValEveryNEpoch: 100,
          gradientClipVal: 1,
          syncBatchnorm: true,
          ...common,
          ...trainer,
        },
      },
    };
    writeFileSync(join(root, `${name}.yaml`), JSON.stringify(config));
    return ['train', `${name}.yaml`];
  };
  const weightsOf = (name: string): Buffer =>
    readFileSync(join(root, name, 'model/weights.safetensors'));
  const checkpointsOf = (name: string): string[] =>
    checkpointsIn(join(root, name, 'work/checkpoints/last'));
  return {
    root,
    prepare,
    checkpointsOf,
    launch: (...training) => ['launch', '-n', '2', ...allowed, '--', ...prepare(...training)],
    strike: async (name, words, { rank, signal, delayMs }) => {
      const { child, ended } = startLimber(words, root);
      const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
      const before = checkpointsOf(name).join();
      while (checkpointsOf(name).join() === before && !hasEnded()) await setTimeout(5);
      await setTimeout(delayMs);
      const start = performance.now();
      const struck = childRanks(child.pid!).get(rank);
      if (struck !== undefined) process.kill(struck, signal);
      return { ...(await ended), ms: performance.now() - start };
    },
    weightsOf,
    expectEqualButForRounding: (...names) => {
      const [alone, ranks, nudged] = names.map(
        (name) => decodeSafetensors(weightsOf(name), name).tensors,
      );
      expect(Object.keys(ranks!)).toEqual(Object.keys(alone!));
      for (const [name, { data }] of Object.entries(alone!)) {
        const { scale, error } = differenceOf(data, ranks![name]!.data);
        const ofRounding = differenceOf(data, nudged![name]!.data).error;
        // a weight that is a sum of gradients that cancel each other is all rounding
        const isEqual = error <= Math.max(1e-4 * scale, 3 * ofRounding, 1e-7);
        expect({ name, scale, error, ofRounding, isEqual }).toMatchObject({ isEqual: true });
      }
    },
  };
}

/** Those that are whole. */
export function checkpointsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
}

/** The largest value, and the largest difference of another list. */
function differenceOf(
  values: Float32Array,
  others: Float32Array,
): { readonly scale: number; readonly error: number } {
  let [scale, error] = [0, 0];
  for (const [at, value] of values.entries()) {
    scale = Math.max(scale, Math.abs(value));
    error = Math.max(error, Math.abs(value - others[at]!));
  }
  return { scale, error };
}

/** Where no network namespace can be made, as in some containers. */
const allowed = canUnshare() ? [] : ['--trusted-network'];

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--net', '--map-root-user', 'ip', 'link', 'set', 'lo', 'up']);
    return true;
  } catch {
    return false;
  }
}
