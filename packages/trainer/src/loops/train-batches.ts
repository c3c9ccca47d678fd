import { TrainingDiverged } from '../errors/training-diverged.ts';
import type { Fit } from './fit.ts';
import type { Run } from './run.ts';
import { hasReachedMaxSteps, publish, reach, runSafePoint, throwIfInterrupted } from './run.ts';
import { createTrainStep } from './train-step.ts';
import { runValidation } from './validation-loop.ts';

/** The batches of one epoch from `run.position.batch` on, and the validation after the last one. */
export async function runTrainBatches<Batch>(run: Run<Batch>, fit: Fit<Batch>): Promise<void> {
  const { hooks, trainMetrics, flags } = run;
  // what a resumed run still owes for the batch before its checkpoint
  if (run.position.batch > 0) await afterStep(run, fit);
  if (isOver(run)) return;
  const step = createTrainStep(run, fit.module, fit.optimization);
  const { epoch, batch: fromBatch } = run.position;
  try {
    for await (const batch of fit.train.batches(epoch, fromBatch)) {
      const index = run.position.batch;
      if (index + 1 === run.trainBatches && hasNextEpoch(run)) await fit.train.prepare(epoch + 1);
      const isWindowEnd =
        (index + 1) % flags.accumulateGradBatches === 0 || index + 1 === run.trainBatches;
      run.isLoggingStep = isWindowEnd && (run.position.step + 1) % flags.logEveryNSteps === 0;
      trainMetrics.endStep();
      if (await hooks.run('onTrainBatchStart', batch, index)) break;
      step.run(batch, index, isWindowEnd);
      run.position = { ...run.position, batch: index + 1 };
      await hooks.run('onTrainBatchEnd', batch, index);
      if (run.isLoggingStep) {
        checkLoss(run, step.readLoss());
        publish(run, trainMetrics.stepMetrics(), trainMetrics.stepMetrics('progress-bar'));
      }
      if (!isWindowEnd) continue;
      reach(run, 'batch');
      await afterStep(run, fit);
      if (isOver(run)) break;
    }
  } finally {
    step.dispose();
  }
}

/** What follows an optimizer step, from wherever `run.position` says that it stands. */
async function afterStep<Batch>(run: Run<Batch>, { module, val }: Fit<Batch>): Promise<void> {
  if (run.position.point === 'batch') {
    await runSafePoint(run);
    throwIfInterrupted(run);
    if (val === undefined || !isValidationDue(run)) return;
    await runValidation(run, module, val, run.validationBatches);
    reach(run, 'validation');
  }
  await runSafePoint(run);
}

function isValidationDue<Batch>(run: Run<Batch>): boolean {
  const { epoch, batch } = run.position;
  if (run.validationBatches === 0) return false;
  if (run.shouldStop) return true;
  return batch >= run.trainBatches && (epoch + 1) % run.flags.checkValEveryNEpoch === 0;
}

function hasNextEpoch<Batch>({ flags, position }: Run<Batch>): boolean {
  return flags.maxEpochs === -1 || position.epoch + 1 < flags.maxEpochs;
}

function isOver<Batch>(run: Run<Batch>): boolean {
  return run.position.batch >= run.trainBatches || run.shouldStop || hasReachedMaxSteps(run);
}

function checkLoss<Batch>(run: Run<Batch>, loss: number): void {
  if (!Number.isFinite(loss)) throw new TrainingDiverged(loss, run.position);
}
