import type { Engine } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { TrainerFlags } from './trainer-flags.ts';

/** TensorFlow's own switch for kernels that give the same bits in every run. It is read when the library is loaded. */
const determinismVariable = 'TF_DETERMINISTIC_OPS';

/**
 * Compares what the flags ask of the engine with what it is: it is loaded before there is a Trainer.
 *
 * On a processor every kernel is deterministic for one number of threads; on a GPU some are only with
 * `TF_DETERMINISTIC_OPS=1` in the environment.
 *
 * @throws {LimberError} `invalid-argument` naming the flag.
 */
export function checkEngine(
  { kind, precision }: Pick<Engine, 'kind' | 'precision'>,
  flags: Pick<TrainerFlags, 'precision' | 'deterministic'>,
  warn: (message: string) => void,
): void {
  if (flags.precision !== null && flags.precision !== precision) {
    throw new LimberError('invalid-argument', {
      where: 'Trainer.precision',
      what: 'the engine was loaded with another precision',
      expected: flags.precision,
      got: precision,
      fix: 'Load the engine with the precision of the Trainer.',
    });
  }
  const isOn = process.env[determinismVariable] === '1' || kind !== 'native-cuda';
  if (flags.deterministic === false || isOn) return;
  const problem = {
    where: 'Trainer.deterministic',
    what: 'kernels of this engine may give other bits in every run',
    expected: `${determinismVariable}=1 in the environment before the engine is loaded`,
    got: process.env[determinismVariable] ?? 'none',
  };
  const error = new LimberError('invalid-argument', problem);
  if (flags.deterministic === true) throw error;
  warn(error.message);
}
