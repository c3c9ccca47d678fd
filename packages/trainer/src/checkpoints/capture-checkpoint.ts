import type { NamedTensors } from '@limber/engine';
import { readWeights } from '@limber/engine';
import { checkArrays, checkLosses } from '../loops/check-divergence.ts';
import type { FitRun } from '../loops/run.ts';
import type { CheckpointContents } from './checkpoint.ts';
import { checkpointVersion } from './checkpoint.ts';
import { environmentOf } from './environment.ts';
import type { Json } from './json.ts';
import { withPrefix } from './name-prefix.ts';

/**
 * Gathers everything that a later fit needs to go on from the run's last safe point.
 *
 * @throws Error before training has begun: there is no such point yet; {@link TrainingDiverged} if a loss, a weight or the
 * optimizer is not finite.
 */
export async function captureCheckpoint<Batch>(
  run: FitRun<Batch>,
  hyperParameters: Json,
): Promise<CheckpointContents> {
  const { safePoint, optimization, trainer, module, hooks } = run;
  if (safePoint === null) {
    throw new Error('A checkpoint was asked for before training began: there is nothing to save.');
  }
  await checkLosses(run);
  await run.trainMetrics.settle();
  for (const logger of run.loggers) await logger.sync();
  const callbacks = await callbackStates(run);
  const contents: CheckpointContents = {
    facts: {
      version: checkpointVersion,
      position: safePoint.position,
      environment: environmentOf(trainer.engine),
      seed: run.seed,
      hyperParameters,
      isStopping: run.shouldStop,
      metrics: run.trainMetrics.getState(),
      callbackMetrics: { ...trainer.callbackMetrics },
      progressBarMetrics: { ...trainer.progressBarMetrics },
      loggers: safePoint.loggers,
      callbacks: callbacks.values,
      extra: {},
    },
    arrays: {
      ...withPrefix('weights', await readWeights(module.weights)),
      ...withPrefix('optimizer', await optimization.read(module.weights)),
      ...callbacks.arrays,
    },
  };
  await hooks.run('onSaveCheckpoint', contents);
  checkArrays(run, contents.arrays);
  return contents;
}

async function callbackStates<Batch>(run: FitRun<Batch>): Promise<{
  values: Record<string, Json>;
  arrays: NamedTensors;
}> {
  const values: Record<string, Json> = {};
  let arrays: NamedTensors = {};
  for (const callback of run.callbacks) {
    const state = await callback.stateDict?.();
    if (state === undefined) continue;
    const key = callback.stateKey!;
    values[key] = state.values ?? null;
    arrays = { ...arrays, ...withPrefix(`callbacks/${key}`, state.arrays ?? {}) };
  }
  return { values, arrays };
}
