import { markLast } from '../data/mark-last.ts';
import { agree, throwIfInterrupted } from '../ranks/agreement.ts';
import { checkLossesOfAll } from './check-divergence.ts';
import { isIntervalOver, noBatch } from './fit-plan.ts';
import { isNone, runValidation } from './pass.ts';
import type { FitRun } from './run.ts';
import { hasReachedMaxSteps, isEnding, publish, reach, runSafePoint } from './run.ts';
import { createTrainStep } from './train-step.ts';
import { yieldToEvents } from './yield-to-events.ts';

/** The batches of one epoch from `run.position.batch` on, and the validations among them. */
export async function runTrainBatches<Batch>(run: FitRun<Batch>): Promise<void> {
  const { hooks, trainMetrics, flags, plan, train } = run;
  // what a resumed run still owes for the batch before its checkpoint
  if (run.position.batch > 0) await afterStep(run);
  if (isOver(run)) return;
  const step = createTrainStep(run);
  const { epoch, batch: fromBatch } = run.position;
  const windowBatches = plan.windowBatchesIn(epoch);
  let isSkipped = false;
  try {
    const batches = train.batches(sourceEpoch(run, epoch), fromBatch);
    const limit = plan.trainBatches - fromBatch;
    for await (const { batch, isLast } of markLast(batches, limit, plan.isLengthKnown)) {
      run.isPastSafePoint = true;
      const index = run.position.batch;
      run.isLastBatch = isLast;
      if (isLast && hasNextEpoch(run)) await train.prepare(sourceEpoch(run, epoch + 1));
      const isWindowEnd = isLast || (index + 1) % windowBatches === 0;
      run.isLoggingStep = isWindowEnd && (run.position.step + 1) % flags.logEveryNSteps === 0;
      trainMetrics.endStep();
      isSkipped = await hooks.run('onTrainBatchStart', batch, index);
      if (isSkipped) break;
      await step.run(batch, index, isWindowEnd);
      const samples = run.position.samples + run.samplesOf(batch) * run.ranks.worldSize;
      run.position = { ...run.position, batch: index + 1, isEpochRead: isLast, samples };
      await hooks.run('onTrainBatchEnd', batch, index);
      if (run.isLoggingStep) {
        await checkLossesOfAll(run);
        await publish(run, trainMetrics, 'step');
      }
      await yieldToEvents();
      if (!isWindowEnd) continue;
      agree(run, { throwsIfInterrupted: false });
      reach(run, 'batch');
      await afterStep(run);
      if (isOver(run)) break;
    }
    if (run.position.batch === 0 && !isSkipped) throw noBatch('a source that gave none');
  } finally {
    step.dispose();
  }
}

/** What follows an optimizer step, from wherever `run.position` says that it stands. */
async function afterStep<Batch>(run: FitRun<Batch>): Promise<void> {
  if (run.position.point === 'batch') {
    await runSafePoint(run);
    throwIfInterrupted(run);
    if (!isValidationDue(run)) return;
    await runValidation(run, run.plan.validationBatches);
    agree(run, { throwsIfInterrupted: false });
    reach(run, 'validation');
  }
  await runSafePoint(run);
}

function isValidationDue<Batch>(run: FitRun<Batch>): boolean {
  if (isNone(run.plan.validationBatches)) return false;
  return isEnding(run) || isIntervalOver(run.plan, run.position);
}

/** With `overfitBatches` every epoch is the first one again. */
function sourceEpoch<Batch>({ flags }: FitRun<Batch>, epoch: number): number {
  return flags.overfitBatches === 0 ? epoch : 0;
}

function hasNextEpoch<Batch>({ flags, position }: FitRun<Batch>): boolean {
  return flags.maxEpochs === -1 || position.epoch + 1 < flags.maxEpochs;
}

function isOver<Batch>(run: FitRun<Batch>): boolean {
  return run.position.isEpochRead || isEnding(run) || hasReachedMaxSteps(run);
}
