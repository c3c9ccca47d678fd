import { TrainingDiverged } from '../errors/training-diverged.ts';
import { runEvaluation } from './evaluation-loop.ts';
import type { Fit } from './fit.ts';
import type { Run } from './run.ts';
import {
  accumulationIn,
  hasReachedMaxSteps,
  isEnding,
  publish,
  reach,
  runSafePoint,
  throwIfInterrupted,
} from './run.ts';
import { createTrainStep } from './train-step.ts';
import { isIntervalOver } from './validation-due.ts';
import { yieldToEvents } from './yield-to-events.ts';

/** The batches of one epoch from `run.position.batch` on, and the validations among them. */
export async function runTrainBatches<Batch>(run: Run<Batch>, fit: Fit<Batch>): Promise<void> {
  const { hooks, trainMetrics, flags } = run;
  // what a resumed run still owes for the batch before its checkpoint
  if (run.position.batch > 0) await afterStep(run, fit);
  if (isOver(run)) return;
  const step = createTrainStep(run, fit.module, fit.optimization);
  const { epoch, batch: fromBatch } = run.position;
  const windowBatches = accumulationIn(run, epoch);
  try {
    for await (const batch of fit.train.batches(sourceEpoch(run, epoch), fromBatch)) {
      const index = run.position.batch;
      const isLast = index + 1 === run.trainBatches;
      if (isLast && hasNextEpoch(run)) await fit.train.prepare(sourceEpoch(run, epoch + 1));
      const isWindowEnd = isLast || (index + 1) % windowBatches === 0;
      run.isLoggingStep = isWindowEnd && (run.position.step + 1) % flags.logEveryNSteps === 0;
      trainMetrics.endStep();
      if (await hooks.run('onTrainBatchStart', batch, index)) break;
      step.run(batch, index, isWindowEnd);
      const samples = run.position.samples + run.samplesOf(batch);
      run.position = { ...run.position, batch: index + 1, samples };
      await hooks.run('onTrainBatchEnd', batch, index);
      if (run.isLoggingStep) {
        checkLoss(run, step.readLoss());
        publish(run, trainMetrics.stepMetrics(), trainMetrics.stepMetrics('progress-bar'));
      }
      await yieldToEvents();
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
    await runEvaluation(run, 'Validation', module, val, run.validationBatches);
    reach(run, 'validation');
  }
  await runSafePoint(run);
}

function isValidationDue<Batch>(run: Run<Batch>): boolean {
  if (run.validationBatches === 0) return false;
  if (isEnding(run)) return true;
  const windowBatches = accumulationIn(run, run.position.epoch);
  return isIntervalOver(run.validationPlan, run.position, run.trainBatches, windowBatches);
}

/** With `overfitBatches` every epoch is the first one again. */
function sourceEpoch<Batch>({ flags }: Run<Batch>, epoch: number): number {
  return flags.overfitBatches === 0 ? epoch : 0;
}

function hasNextEpoch<Batch>({ flags, position }: Run<Batch>): boolean {
  return flags.maxEpochs === -1 || position.epoch + 1 < flags.maxEpochs;
}

function isOver<Batch>(run: Run<Batch>): boolean {
  return run.position.batch >= run.trainBatches || isEnding(run) || hasReachedMaxSteps(run);
}

function checkLoss<Batch>(run: Run<Batch>, loss: number): void {
  if (!Number.isFinite(loss)) throw new TrainingDiverged(loss, run.position);
}
