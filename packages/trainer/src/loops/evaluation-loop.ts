import type { BatchSource } from '../data/batch-source.ts';
import type { HookedModule, TestModule, ValidationModule } from '../hooks/training-module.ts';
import type { Run } from './run.ts';
import { publish, throwIfInterrupted } from './run.ts';
import { yieldToEvents } from './yield-to-events.ts';

/** Which of the two evaluations, as the names of its hooks say it. */
export type Evaluation = 'Validation' | 'Test';

/** A module with the steps of either evaluation. */
export type EvaluationModule<Batch> = HookedModule<Batch> &
  Partial<Pick<ValidationModule<Batch>, 'validationStep'>> &
  Partial<Pick<ValidationModule<Batch>, 'onValidationModelEval' | 'onValidationModelTrain'>> &
  Partial<Pick<TestModule<Batch>, 'testStep' | 'onTestModelEval' | 'onTestModelTrain'>>;

/**
 * One pass over validation or test batches. Its metrics are logged before `on…End`, so that whoever monitors them finds
 * them there.
 *
 * @param batches - how many are looked at.
 */
export async function runEvaluation<Batch>(
  run: Run<Batch>,
  which: Evaluation,
  module: EvaluationModule<Batch>,
  source: BatchSource<Batch>,
  batches: number,
): Promise<void> {
  const { hooks, trainer, validationMetrics } = run;
  const { tf } = trainer.engine;
  const step = stepOf(which, module);
  const targetBefore = run.logTarget;
  run.logTarget = 'validation';
  try {
    module[`on${which}ModelEval`]?.(trainer);
    await hooks.run(`on${which}Start`);
    await hooks.run(`on${which}EpochStart`);
    let index = 0;
    if (batches > 0) {
      for await (const batch of source.batches(0)) {
        await yieldToEvents();
        throwIfInterrupted(run);
        await hooks.run(`on${which}BatchStart`, batch, index);
        run.profiler?.start(step.name);
        tf.tidy(() => step.call(batch, index));
        run.profiler?.stop(step.name);
        await hooks.run(`on${which}BatchEnd`, batch, index);
        if (++index >= batches) break;
      }
    }
    await hooks.run(`on${which}EpochEnd`);
    if (!run.isSanityChecking) {
      const metrics = validationMetrics.epochMetrics();
      publish(run, metrics, validationMetrics.epochMetrics('progress-bar'));
    }
    run.logTarget = null;
    await hooks.run(`on${which}End`);
    module[`on${which}ModelTrain`]?.(trainer);
  } finally {
    validationMetrics.reset();
    run.logTarget = targetBefore;
  }

  function stepOf(
    evaluation: Evaluation,
    { validationStep, testStep }: EvaluationModule<Batch>,
  ): { name: string; call: (batch: Batch, index: number) => void } {
    const isTest = evaluation === 'Test';
    const chosen = isTest ? testStep : validationStep;
    return {
      name: isTest ? 'testStep' : 'validationStep',
      call: (batch, index) => chosen?.call(module, batch, index, trainer),
    };
  }
}
