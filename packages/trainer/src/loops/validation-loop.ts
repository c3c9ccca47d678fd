import type { BatchSource } from '../data/batch-source.ts';
import type { ValidationModule } from '../hooks/training-module.ts';
import type { Run } from './run.ts';
import { publish, throwIfInterrupted } from './run.ts';

/**
 * One pass over the validation batches. Its metrics are logged before `onValidationEnd`, so that whoever monitors them
 * finds them there.
 *
 * @param batches - how many are looked at.
 */
export async function runValidation<Batch>(
  run: Run<Batch>,
  module: Partial<Pick<ValidationModule<Batch>, 'validationStep'>>,
  source: BatchSource<Batch>,
  batches: number,
): Promise<void> {
  const { hooks, trainer, validationMetrics } = run;
  const { tf } = trainer.engine;
  const targetBefore = run.logTarget;
  run.logTarget = 'validation';
  try {
    await hooks.run('onValidationStart');
    await hooks.run('onValidationEpochStart');
    let index = 0;
    if (batches > 0) {
      for await (const batch of source.batches(0)) {
        throwIfInterrupted(run);
        await hooks.run('onValidationBatchStart', batch, index);
        tf.tidy(() => module.validationStep?.(batch, index, trainer));
        await hooks.run('onValidationBatchEnd', batch, index);
        if (++index >= batches) break;
      }
    }
    await hooks.run('onValidationEpochEnd');
    if (!run.isSanityChecking) {
      const metrics = validationMetrics.epochMetrics();
      publish(run, metrics, validationMetrics.epochMetrics('progress-bar'));
    }
    run.logTarget = null;
    await hooks.run('onValidationEnd');
  } finally {
    validationMetrics.reset();
    run.logTarget = targetBefore;
  }
}
