import type { Scalar, Tensor } from '@limber/engine';
import { checkAnomalies } from '../gradients/check-anomalies.ts';
import { clipGradients } from '../gradients/clip-gradients.ts';
import { createGradientSum } from '../gradients/gradient-sum.ts';
import type { Gradients } from '../hooks/hooks.ts';
import { createKeyedRandom, withRandom } from '../randomness/keyed-random.ts';
import { refusePromise } from './refuse-promise.ts';
import type { FitRun } from './run.ts';
import { learningRateOf, progressOf } from './run.ts';

/** One batch: forward, backward and, at the end of an accumulation window, the optimizer step. */
export interface TrainStep<Batch> {
  /** @param isWindowEnd - whether the gradients since the last step are to be applied now. */
  run(batch: Batch, batchIndex: number, isWindowEnd: boolean): Promise<void>;
  dispose(): void;
}

/** Steps of the current epoch. The gradients that are gathered between optimizer steps live here. */
export function createTrainStep<Batch>(run: FitRun<Batch>): TrainStep<Batch> {
  const { hooks, trainer, module, flags, profiler, optimization, losses } = run;
  const { engine } = trainer;
  const { tf } = engine;
  const { epoch } = run.position;
  const trainable = module.weights.filter(
    (weight) => weight.isTrainable && !run.callbacks.some((one) => one.isFrozen?.(weight, epoch)),
  );
  const variables = trainable.map((weight) => weight.variable);
  const gathered = createGradientSum(engine);

  const compute = (batch: Batch, batchIndex: number): Computed => {
    profiler?.start('trainingStep');
    const { value, grads } = tf.variableGrads(() => {
      const value = module.trainingStep(batch, batchIndex, trainer);
      refusePromise(value);
      profiler?.stop('trainingStep');
      if (gathered.count === 0) hooks.runInStep('onBeforeZeroGrad');
      hooks.runInStep('onBeforeBackward', value);
      profiler?.start('backward');
      return value;
    }, variables);
    profiler?.stop('backward');
    return { loss: value, gradients: grads };
  };

  const applyStep = (sums: Gradients, count: number): void => {
    const gradients = meanOf(run, run.ranks.sumGradients(sums), count * run.ranks.worldSize);
    hooks.runInStep('onBeforeOptimizerStep', gradients);
    const clipped =
      module.configureGradientClipping?.(gradients, trainer) ??
      clipGradients(engine, gradients, flags);
    const transformed = run.callbacks.reduce<Gradients>(
      (left, one) => one.transformGradients?.(left, progressOf(run)) ?? left,
      clipped,
    );
    const step = (): void =>
      optimization.apply(transformed, (schedule) => learningRateOf(run, schedule));
    profiler?.start('optimizerStep');
    if (module.optimizerStep === undefined) step();
    else module.optimizerStep(step, trainer);
    profiler?.stop('optimizerStep');
  };

  const finish = ({ loss, gradients }: Computed, isWindowEnd: boolean): void => {
    losses.add(loss);
    hooks.runInStep('onAfterBackward');
    if (!isWindowEnd) return gathered.add(gradients);
    // as in PyTorch, mixed precision ends with the way back
    engine.withoutAutocast(() => applyStep(gathered.plus(gradients), gathered.count + 1));
  };

  return {
    run: async (batch, batchIndex, isWindowEnd) => {
      const random = createKeyedRandom([run.seed, 'Train', epoch, batchIndex, ...keyOf(run)]);
      const inStep = <Result extends Computed | void>(work: () => Result): Result =>
        withRandom(random, () => tf.tidy(work as () => never));
      if (!flags.detectAnomaly) {
        inStep(() => finish(compute(batch, batchIndex), isWindowEnd));
      } else {
        const computed = inStep(() => compute(batch, batchIndex));
        try {
          const at = run.position;
          await checkAnomalies(engine, { ...computed, weights: trainable, at });
          inStep(() => finish(cloneAll(computed), isWindowEnd));
        } finally {
          tf.dispose([computed.loss, ...Object.values(computed.gradients)]);
        }
      }
      if (!isWindowEnd) return;
      gathered.reset();
      run.position = { ...run.position, step: run.position.step + 1 };
    },
    dispose: () => gathered.reset(),
  };
}

/** Another key for every rank but the first, whose numbers are those of a fit of one process. */
function keyOf<Batch>({ ranks: { rank } }: FitRun<Batch>): number[] {
  return rank === 0 ? [] : [rank];
}

/** What a batch gave, before the step that it is for. */
interface Computed {
  readonly loss: Scalar;
  readonly gradients: Record<string, Tensor>;
}

/** Copies that the rest of the step may keep or free, while those that were checked are freed at its end. */
function cloneAll({ loss, gradients }: Computed): Computed {
  const clones = Object.entries(gradients).map(([name, gradient]) => [name, gradient.clone()]);
  return { loss: loss.clone(), gradients: Object.fromEntries(clones) as Record<string, Tensor> };
}

/** Lightning divides by the full window even where the last one of an epoch is smaller; this is the true mean. */
function meanOf<Batch>(run: FitRun<Batch>, sums: Gradients, count: number): Gradients {
  if (count === 1) return sums;
  const { tf } = run.trainer.engine;
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, tf.div(sum, count)]));
}
