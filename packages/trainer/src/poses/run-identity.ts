import { LimberError, type Skeleton } from '@limber/keypoints';
import type { Json } from '../checkpoints/json.ts';
import type { TrainConfig } from '../config/train-config.ts';

/** What makes one pose training another; stands in its checkpoints. */
export interface RunIdentity {
  readonly config: TrainConfig;
  readonly skeleton: Skeleton;
  /** Digests of the shards. */
  readonly train: string;
  readonly val: string;
}

/** Fields of a configuration that change how a result is reached, and not the result. */
const harmless: ReadonlySet<string> = new Set([
  'workers',
  'checkpointEverySteps',
  'keep',
  'precision',
]);

/** What to do with a checkpoint that lies in the working folder. */
export type Continuation =
  | { readonly type: 'continue' }
  /** Fewer epochs than it was trained for: its learning rates were those of a longer training. */
  | { readonly type: 'shortened'; readonly epochsBefore: number };

/**
 * Compares a checkpoint's training with the one that is asked for.
 *
 * @param recorded - `hyperParameters` of the checkpoint.
 * @throws {LimberError} `invalid-config` naming every difference that makes it another training.
 */
export function compareIdentities(
  recorded: Json,
  wanted: RunIdentity,
  where: string,
): Continuation {
  const before = recorded as unknown as RunIdentity;
  const differences = [
    ...differencesOf('config', before.config, wanted.config),
    ...differencesOf('skeleton', before.skeleton.keypoints, wanted.skeleton.keypoints),
    ...differencesOf('training data', before.train, wanted.train),
    ...differencesOf('validation data', before.val, wanted.val),
  ].filter(({ path }) => path !== 'config.epochs' && !harmless.has(path.split('.')[1] ?? ''));
  if (differences.length > 0) {
    throw new LimberError('invalid-config', {
      where,
      what: `the folder holds checkpoints of another training (${differences
        .map(({ path, from, to }) => `${path} was ${from}, is ${to}`)
        .join('; ')})`,
      fix: 'Use another working folder, or delete this one to train from the start.',
    });
  }
  const epochsBefore = before.config.epochs;
  return epochsBefore > wanted.config.epochs
    ? { type: 'shortened', epochsBefore }
    : { type: 'continue' };
}

interface Difference {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

function differencesOf(path: string, from: unknown, to: unknown): Difference[] {
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => differencesOf(`${path}.${key}`, from[key], to[key]));
  }
  const [before, after] = [JSON.stringify(from) ?? 'absent', JSON.stringify(to) ?? 'absent'];
  return before === after ? [] : [{ path, from: before, to: after }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
