import type { Fit } from './fit.ts';
import type { Run } from './run.ts';
import { throwIfInterrupted } from './run.ts';
import { yieldToEvents } from './yield-to-events.ts';

/**
 * Runs the training step over the batches of one more epoch, without gradients, hooks and logs: running statistics, such as
 * those of batch norms, then are those of the weights as they are now.
 *
 * @see Izmailov et al. 2018, arXiv:1803.05407, section 3.3, on why averaged weights need it.
 */
export async function refreshStatistics<Batch>(
  run: Run<Batch>,
  { module, train }: Pick<Fit<Batch>, 'module' | 'train'>,
): Promise<void> {
  const { tf } = run.trainer.engine;
  const targetBefore = run.logTarget;
  run.logTarget = 'nowhere';
  try {
    let index = 0;
    for await (const batch of train.batches(run.position.epoch + 1, 0)) {
      await yieldToEvents();
      throwIfInterrupted(run);
      tf.tidy(() => {
        module.trainingStep(batch, index, run.trainer);
      });
      if (++index >= run.trainBatches) break;
    }
  } finally {
    run.logTarget = targetBefore;
  }
}
