import { tidyAsync } from '@limber/engine';
import type { BatchSource } from '../data/batch-source.ts';
import type { HookedModule, PassName } from '../hooks/training-module.ts';
import { ofPass } from '../metrics/log-scope.ts';
import { createMetricCollection } from '../metrics/metric-collection.ts';
import { withKeyedRandom } from '../randomness/keyed-random.ts';
import { eachBatch } from './each-batch.ts';
import type { FitRun, Run } from './run.ts';
import { publish } from './run.ts';

/** One look at each batch of one source after another, without training. */
export interface Pass<Batch> {
  /** As the names of its hooks say it. */
  readonly name: PassName;
  readonly sources: readonly BatchSource<Batch>[];
  /** How many batches of each source are looked at. */
  readonly batches: readonly number[];
  /** Called inside `tidyAsync`. */
  readonly step: (batch: Batch, batchIndex: number) => unknown;
  /** Whether metrics are logged; default true. In a prediction, logging is refused. */
  readonly isPublished?: boolean;
}

/** What each stage without training is called in hooks, and the flag that limits it. */
export const passes = {
  validate: { name: 'Validation', limit: 'limitValBatches' },
  test: { name: 'Test', limit: 'limitTestBatches' },
  predict: { name: 'Predict', limit: 'limitPredictBatches' },
} as const;

const stepNames = {
  Validation: 'validationStep',
  Test: 'testStep',
  Predict: 'predictStep',
} as const;

/**
 * Goes over validation, test or prediction batches. Metrics are logged before `on…End`, so that whoever monitors them finds
 * them there.
 */
export async function runPass<Batch>(run: Run<Batch>, pass: Pass<Batch>): Promise<void> {
  const { hooks, trainer, profiler } = run;
  const { name, sources, batches, step, isPublished = true } = pass;
  const module: HookedModule<Batch> = run.module;
  const metrics = createMetricCollection(trainer.engine, { onStep: false, onEpoch: true });
  const targetBefore = run.logTarget;
  run.logTarget = name === 'Predict' ? null : ofPass(metrics);
  try {
    module[`on${name}ModelEval`]?.(trainer);
    await hooks.run(`on${name}Start`);
    await hooks.run(`on${name}EpochStart`);
    for (const [at, source] of sources.entries()) {
      if (sources.length > 1) run.dataloaderIdx = at;
      await eachBatch(run, { source, batches: batches[at]!, epoch: 0 }, async (batch, index) => {
        await hooks.run(`on${name}BatchStart`, batch, index);
        profiler?.start(stepNames[name]);
        const key = [run.seed, name, run.position.step, at, index];
        await tidyAsync(trainer.engine, () => withKeyedRandom(key, () => step(batch, index)));
        profiler?.stop(stepNames[name]);
        await hooks.run(`on${name}BatchEnd`, batch, index);
      });
    }
    run.dataloaderIdx = null;
    run.isPastSafePoint = true;
    await hooks.run(`on${name}EpochEnd`);
    if (isPublished) await publish(run, metrics, 'epoch');
    run.logTarget = null;
    await hooks.run(`on${name}End`);
    module[`on${name}ModelTrain`]?.(trainer);
  } finally {
    metrics.reset();
    run.dataloaderIdx = null;
    run.logTarget = targetBefore;
  }
}

/** The validation of a fit. */
export async function runValidation<Batch>(
  run: FitRun<Batch>,
  batches: readonly number[],
): Promise<void> {
  const { module, trainer, val, isSanityChecking, ranks } = run;
  // running statistics are each rank's own until somebody looks at them
  ranks.broadcast(
    module.weights.filter(({ isTrainable }) => !isTrainable).map(({ variable }) => variable),
  );
  await runPass(run, {
    name: 'Validation',
    sources: val,
    batches,
    step: (batch, index) => module.validationStep?.(batch, index, trainer),
    isPublished: !isSanityChecking,
  });
}

/** Whether a pass over so many batches of its sources would be over none. */
export function isNone(batches: readonly number[]): boolean {
  return batches.every((count) => count === 0);
}
