import { LimberError } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';
import type { Json } from '@limber/trainer';
import { differencesOf } from '@limber/trainer';
import type { TrainConfig } from '../configuration/train-config.ts';

/** What makes one pose training another; stands in its checkpoints. */
export interface RunIdentity {
  readonly config: TrainConfig;
  readonly skeleton: Skeleton;
  /** Digests of the shards. */
  readonly train: string;
  readonly val: string;
  /** Digest of the teacher, if there is one. */
  readonly teacher?: string;
  /** Path, as the configuration has it → digest of each function of the user's own. */
  readonly functions: Readonly<Record<string, string>>;
}

/** Fields of a configuration that change how a result is reached, and not the result. */
const harmless: ReadonlySet<string> = new Set([
  'workers',
  'checkpoint',
  'keep',
  'distillation.teacher', // where it is; what it is has a digest
  'logging',
  'engine',
  'trainer.maxTime',
  'trainer.precision',
  'trainer.strategy',
  'trainer.processes',
  'trainer.trustedNetwork',
  'trainer.rankTimeoutSeconds',
  'onBadSample',
  'skipLimit',
  'workerTimeoutSeconds',
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
    ...differencesOf(before.config, wanted.config, 'config'),
    ...differencesOf(before.skeleton.keypoints, wanted.skeleton.keypoints, 'skeleton'),
    ...differencesOf(before.train, wanted.train, 'training data'),
    ...differencesOf(before.val, wanted.val, 'validation data'),
    ...differencesOf(before.teacher ?? 'none', wanted.teacher ?? 'none', 'teacher'),
    ...differencesOf(before.functions, wanted.functions, 'functions'),
  ].filter(({ path }) => path !== 'config.epochs' && !isHarmless(path));
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

/** @param path - such as `config.logging.csv`. */
function isHarmless(path: string): boolean {
  const names = path.split('.').slice(1);
  return names.some((_, at) => harmless.has(names.slice(0, at + 1).join('.')));
}
