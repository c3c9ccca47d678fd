import { ofEpoch } from '../metrics/log-scope.ts';
import { agreeOnMetrics } from '../ranks/agree-on-metrics.ts';
import { agree } from '../ranks/agreement.ts';
import { checkLossesOfAll, checkWeights } from './check-divergence.ts';
import { isNone, runValidation } from './pass.ts';
import type { FitRun } from './run.ts';
import { hasReachedMaxSteps, isEnding, publish, reach, runSafePoint } from './run.ts';
import { runTrainBatches } from './train-batches.ts';

/** Epoch after epoch, from `run.position` to the end. */
export async function runFit<Batch>(run: FitRun<Batch>): Promise<void> {
  const { hooks } = run;
  const isResumed = run.safePoint !== null;
  if (!isResumed) await runSanityCheck(run);
  await hooks.run('onTrainStart');
  if (!isResumed) reach(run, 'nothing');
  agree(run, { throwsIfInterrupted: true });
  // a checkpoint of an epoch's end may leave other callbacks whose turn was still to come
  if (run.position.point === 'epoch') await leaveEpoch(run);
  while (!isFinished(run)) {
    await runEpoch(run);
    await leaveEpoch(run);
  }
  await checkLossesOfAll(run);
  await checkWeights(run);
  await hooks.run('onTrainEnd');
}

async function runSanityCheck<Batch>(run: FitRun<Batch>): Promise<void> {
  const { numSanityValSteps: steps } = run.flags;
  const { validationBatches } = run.plan;
  const batches = validationBatches.map((all) => (steps === -1 ? all : Math.min(steps, all)));
  if (isNone(batches)) return;
  run.isSanityChecking = true;
  await run.hooks.run('onSanityCheckStart');
  await runValidation(run, batches);
  await run.hooks.run('onSanityCheckEnd');
  run.isSanityChecking = false;
}

async function runEpoch<Batch>(run: FitRun<Batch>): Promise<void> {
  const { hooks, trainMetrics } = run;
  run.logTarget = ofEpoch(trainMetrics);
  if (run.position.point === 'nothing') {
    run.isPastSafePoint = true;
    await hooks.run('onTrainEpochStart');
    reach(run, 'batch');
  }
  run.logTarget = trainMetrics;
  await runTrainBatches(run);
  run.isPastSafePoint = true;
  run.logTarget = ofEpoch(trainMetrics);
  // for those who monitor training
  await trainMetrics.settle();
  Object.assign(run.callbackMetrics, agreeOnMetrics(run.ranks, trainMetrics.epochMetrics()));
  await hooks.run('onTrainEpochEnd');
  await publish(run, trainMetrics, 'epoch');
  run.logTarget = null;
  agree(run, { throwsIfInterrupted: false });
  reach(run, 'epoch');
}

async function leaveEpoch<Batch>(run: FitRun<Batch>): Promise<void> {
  await runSafePoint(run);
  if (isFinished(run)) return;
  run.trainMetrics.reset();
  run.isLastBatch = false;
  run.position = { ...run.position, epoch: run.position.epoch + 1, batch: 0, isEpochRead: false };
  reach(run, 'nothing');
}

function isFinished<Batch>(run: FitRun<Batch>): boolean {
  const { epoch, point } = run.position;
  const { maxEpochs } = run.flags;
  const epochsDone = point === 'epoch' ? epoch + 1 : epoch;
  if (maxEpochs !== -1 && epochsDone >= maxEpochs) return true;
  // an epoch that has begun comes to its end first, in a resumed fit too
  const isBetweenEpochs = point === 'epoch' || point === 'nothing';
  return isBetweenEpochs && (hasReachedMaxSteps(run) || isEnding(run));
}
