import { LimberError } from '@limber/files';
import type { CheckpointKeeper } from '../hooks/callback.ts';
import type { CheckpointPath } from '../trainer-options.ts';
import { readCheckpoint } from './checkpoint-file.ts';
import type { FoundCheckpoint } from './find-checkpoint.ts';
import { findLastGoodCheckpoint } from './find-checkpoint.ts';

/**
 * Finds the checkpoint that a `ckptPath` means. `'last'` is the one furthest in training that is whole, in the folders of
 * all keepers; `'best'` is that of the first keeper that monitors something.
 *
 * @param keepers - the ModelCheckpoints of the Trainer.
 * @param warn - called with a line for every damaged file that was passed over.
 * @returns null for `'last'` where there is none yet: training starts anew, as in Lightning.
 * @throws {LimberError} `invalid-argument` if there is no best; those of `readCheckpoint`.
 */
export async function resolveCheckpointPath(
  ckptPath: CheckpointPath,
  keepers: readonly CheckpointKeeper[],
  warn: (message: string) => void,
): Promise<FoundCheckpoint | null> {
  if (typeof ckptPath !== 'string') return ckptPath;
  switch (ckptPath) {
    case 'last': {
      if (keepers.length === 0) throw noCheckpoint(ckptPath, 'no ModelCheckpoint');
      const folders = [...new Set(keepers.map(({ dirpath }) => dirpath))];
      return findLastGoodCheckpoint(folders, warn);
    }
    case 'best': {
      const keeper = keepers.find(({ monitor }) => monitor !== null) ?? keepers[0];
      const file = keeper?.bestModelPath ?? null;
      if (file === null) throw noCheckpoint(ckptPath, 'none that was saved');
      return { file, contents: await readCheckpoint(file) };
    }
    default:
      return { file: ckptPath, contents: await readCheckpoint(ckptPath) };
  }
}

function noCheckpoint(ckptPath: string, got: string): LimberError {
  return new LimberError('invalid-argument', {
    where: `ckptPath: '${ckptPath}'`,
    what: 'there is no such checkpoint',
    expected: 'a ModelCheckpoint among the callbacks, and a fit before',
    got,
    fix: 'Name a checkpoint file instead.',
  });
}
