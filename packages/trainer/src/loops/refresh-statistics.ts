import { withKeyedRandom } from '../randomness/keyed-random.ts';
import { eachBatch } from './each-batch.ts';
import type { FitRun } from './run.ts';

/**
 * Runs the training step over the batches of one more epoch, without gradients, hooks and logs: running statistics, such as
 * those of batch norms, then are those of the weights as they are now.
 *
 * @see Izmailov et al. 2018, arXiv:1803.05407, section 3.3, on why averaged weights need it.
 */
export async function refreshStatistics<Batch>(run: FitRun<Batch>): Promise<void> {
  const { trainer, module, train, plan, position } = run;
  const { tf } = trainer.engine;
  const targetBefore = run.logTarget;
  run.logTarget = 'nowhere';
  const batches = { source: train, epoch: position.epoch + 1, batches: plan.trainBatches };
  try {
    await eachBatch(run, batches, (batch, index) => {
      withKeyedRandom([run.seed, 'Refresh', position.step, index], () =>
        tf.tidy(() => {
          module.trainingStep(batch, index, trainer);
        }),
      );
    });
  } finally {
    run.logTarget = targetBefore;
  }
}
