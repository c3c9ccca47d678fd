import type { BatchSource } from '../data/batch-source.ts';
import type { HookedModule, PassName } from '../hooks/training-module.ts';
import { ofPass } from '../metrics/log-scope.ts';
import { createMetricCollection } from '../metrics/metric-collection.ts';
import { withKeyedRandom } from '../randomness/keyed-random.ts';
import { eachBatch } from './each-batch.ts';
import type { FitRun, Run } from './run.ts';
import { publish } from './run.ts';

/** One look at each batch of a source, without training. */
export interface Pass<Batch> {
  /** As the names of its hooks say it. */
  readonly name: PassName;
  readonly source: BatchSource<Batch>;
  /** How many batches are looked at. */
  readonly batches: number;
  /** Called inside `tf.tidy`. */
  readonly step: (batch: Batch, batchIndex: number) => void;
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
  const { name, step, isPublished = true } = pass;
  const { tf } = trainer.engine;
  const module: HookedModule<Batch> = run.module;
  const metrics = createMetricCollection(trainer.engine, { onStep: false, onEpoch: true });
  const targetBefore = run.logTarget;
  run.logTarget = name === 'Predict' ? null : ofPass(metrics);
  try {
    module[`on${name}ModelEval`]?.(trainer);
    await hooks.run(`on${name}Start`);
    await hooks.run(`on${name}EpochStart`);
    await eachBatch(run, { ...pass, epoch: 0 }, async (batch, index) => {
      await hooks.run(`on${name}BatchStart`, batch, index);
      profiler?.start(stepNames[name]);
      const key = [run.seed, name, run.position.step, index];
      withKeyedRandom(key, () => tf.tidy(() => step(batch, index)));
      profiler?.stop(stepNames[name]);
      await hooks.run(`on${name}BatchEnd`, batch, index);
    });
    run.isPastSafePoint = true;
    await hooks.run(`on${name}EpochEnd`);
    if (isPublished) publish(run, metrics, 'epoch');
    run.logTarget = null;
    await hooks.run(`on${name}End`);
    module[`on${name}ModelTrain`]?.(trainer);
  } finally {
    metrics.reset();
    run.logTarget = targetBefore;
  }
}

/** The validation of a fit. */
export async function runValidation<Batch>(run: FitRun<Batch>, batches: number): Promise<void> {
  const { module, trainer, val, isSanityChecking } = run;
  if (val === undefined) return;
  await runPass(run, {
    name: 'Validation',
    source: val,
    batches,
    step: (batch, index) => module.validationStep?.(batch, index, trainer),
    isPublished: !isSanityChecking,
  });
}
