import type { Fit } from './fit.ts';
import { runEvaluation } from './evaluation-loop.ts';
import type { Run } from './run.ts';
import { hasReachedMaxSteps, isEnding, publish, reach, runSafePoint } from './run.ts';
import { runTrainBatches } from './train-batches.ts';

/** Epoch after epoch, from `run.position` to the end. */
export async function runFit<Batch>(run: Run<Batch>, fit: Fit<Batch>): Promise<void> {
  const { hooks } = run;
  const isResumed = run.safePoint !== null;
  if (!isResumed) await runSanityCheck(run, fit);
  await hooks.run('onTrainStart');
  if (!isResumed) reach(run, 'nothing');
  // a checkpoint of an epoch's end may leave other callbacks that have not seen this end
  if (run.position.point === 'epoch') await leaveEpoch(run);
  while (!isFinished(run)) {
    await runEpoch(run, fit);
    await leaveEpoch(run);
  }
  await hooks.run('onTrainEnd');
}

async function runSanityCheck<Batch>(run: Run<Batch>, { module, val }: Fit<Batch>): Promise<void> {
  const steps = run.flags.numSanityValSteps;
  const batches = steps === -1 ? run.validationBatches : Math.min(steps, run.validationBatches);
  if (val === undefined || batches === 0) return;
  run.isSanityChecking = true;
  await run.hooks.run('onSanityCheckStart');
  await runEvaluation(run, 'Validation', module, val, batches);
  await run.hooks.run('onSanityCheckEnd');
  run.isSanityChecking = false;
}

async function runEpoch<Batch>(run: Run<Batch>, fit: Fit<Batch>): Promise<void> {
  const { hooks, trainMetrics } = run;
  run.logTarget = 'train';
  if (run.position.point === 'nothing') {
    await hooks.run('onTrainEpochStart');
    reach(run, 'batch');
  }
  await runTrainBatches(run, fit);
  await hooks.run('onTrainEpochEnd');
  publish(run, trainMetrics.epochMetrics(), trainMetrics.epochMetrics('progress-bar'));
  run.logTarget = null;
  reach(run, 'epoch');
}

async function leaveEpoch<Batch>(run: Run<Batch>): Promise<void> {
  await runSafePoint(run);
  if (isFinished(run)) return;
  run.trainMetrics.reset();
  run.position = { ...run.position, epoch: run.position.epoch + 1, batch: 0 };
  reach(run, 'nothing');
}

function isFinished<Batch>(run: Run<Batch>): boolean {
  const { epoch, point } = run.position;
  const { maxEpochs } = run.flags;
  const epochsDone = point === 'epoch' ? epoch + 1 : epoch;
  if (maxEpochs !== -1 && epochsDone >= maxEpochs) return true;
  return hasReachedMaxSteps(run) || (isEnding(run) && point === 'epoch');
}
