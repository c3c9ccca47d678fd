import { clipByGlobalNorm, type Scalar, type Tensor } from '@limber/engine';
import type { Gradients } from '../hooks/hooks.ts';
import type { OptimizerSetup, TrainingModule } from '../hooks/training-module.ts';
import type { Run } from './run.ts';

/** One batch: forward, backward and, at the end of an accumulation window, the optimizer step. */
export interface TrainStep<Batch> {
  /** @param isWindowEnd - whether the gradients since the last step are to be applied now. */
  run(batch: Batch, batchIndex: number, isWindowEnd: boolean): void;
  /** The loss of the batch that ran last. Waits for the device. */
  readLoss(): number;
  dispose(): void;
}

/** The gradients that are gathered between optimizer steps live here. */
export function createTrainStep<Batch>(
  run: Run<Batch>,
  module: TrainingModule<Batch>,
  { optimizer, schedule }: OptimizerSetup,
): TrainStep<Batch> {
  const { tf } = run.trainer.engine;
  const { hooks, trainer } = run;
  const variables = module.weights
    .filter((weight) => weight.isTrainable)
    .map((weight) => weight.variable);
  let loss: Scalar | undefined;
  let gathered: Record<string, Tensor> = {};
  let batchesGathered = 0;

  const gradientsOf = (batch: Batch, batchIndex: number): Record<string, Tensor> => {
    const { value, grads } = tf.variableGrads(() => {
      const value = module.trainingStep(batch, batchIndex, trainer);
      if (batchesGathered === 0) hooks.runInStep('onBeforeZeroGrad');
      hooks.runInStep('onBeforeBackward', value);
      return value;
    }, variables);
    loss?.dispose();
    loss = tf.keep(value);
    hooks.runInStep('onAfterBackward');
    return grads;
  };

  const addToGathered = (gradients: Record<string, Tensor>): Record<string, Tensor> => {
    const sums = { ...gathered };
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = gathered[name];
      sums[name] = sum === undefined ? gradient : tf.add(sum, gradient);
    }
    batchesGathered++;
    return sums;
  };

  const keep = (sums: Record<string, Tensor>): void => {
    for (const [name, sum] of Object.entries(sums)) {
      if (gathered[name] === sum) continue;
      gathered[name]?.dispose();
      gathered[name] = tf.keep(sum);
    }
  };

  const release = (): void => {
    for (const tensor of Object.values(gathered)) tensor.dispose();
    gathered = {};
    batchesGathered = 0;
  };

  return {
    run: (batch, batchIndex, isWindowEnd) => {
      tf.tidy(() => {
        const sums = addToGathered(gradientsOf(batch, batchIndex));
        if (!isWindowEnd) {
          keep(sums);
          return;
        }
        const gradients = meanOf(run, sums, batchesGathered);
        hooks.runInStep('onBeforeOptimizerStep', gradients);
        optimizer.applyGradients(clip(run, module, gradients), schedule(run.position.step));
      });
      if (!isWindowEnd) return;
      release();
      run.position = { ...run.position, step: run.position.step + 1 };
    },
    readLoss: () => loss?.dataSync()[0] ?? Number.NaN,
    dispose: () => {
      release();
      loss?.dispose();
    },
  };
}

/** Lightning divides by the full window even where the last one of an epoch is smaller; this is the true mean. */
function meanOf<Batch>(run: Run<Batch>, sums: Record<string, Tensor>, count: number): Gradients {
  if (count === 1) return sums;
  const { tf } = run.trainer.engine;
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, tf.div(sum, count)]));
}

function clip<Batch>(
  { trainer, flags }: Run<Batch>,
  module: TrainingModule<Batch>,
  gradients: Gradients,
): Gradients {
  if (module.configureGradientClipping !== undefined) {
    return module.configureGradientClipping(gradients, trainer);
  }
  if (flags.gradientClipVal === null) return gradients;
  return clipByGlobalNorm(trainer.engine, gradients, flags.gradientClipVal).gradients;
}
