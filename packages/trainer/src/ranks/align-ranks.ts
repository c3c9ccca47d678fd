import type { FitRun } from '../loops/run.ts';
import { checkSame } from './ranks.ts';

/**
 * Before the first step: all ranks are about to train the same, from the same place, with the weights of rank 0.
 *
 * @throws {LimberError} `invalid-argument` naming what differs.
 */
export function alignRanks<Batch>(run: FitRun<Batch>): void {
  const { ranks, plan, position, module } = run;
  if (ranks.worldSize === 1) return;
  const facts = {
    'batches of an epoch': plan.trainBatches,
    'batches of a validation': plan.validationBatches.reduce((sum, batches) => sum + batches, 0),
    'sources of a validation': plan.validationBatches.length,
    'optimizer steps': plan.totalSteps,
    'weights of the model': module.weights.reduce((sum, { variable }) => sum + variable.size, 0),
  };
  checkSame(ranks, facts, 'Give all ranks the same configuration and data.');
  const place = { epoch: position.epoch, batch: position.batch, step: position.step };
  const fix =
    'All ranks go on from one checkpoint: give them one working folder, on a disk that they share.';
  checkSame(ranks, place, fix);
  ranks.broadcast(module.weights.map(({ variable }) => variable));
}
