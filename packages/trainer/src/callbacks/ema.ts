import type { Tensor } from '@limber/engine';
import type { NamedArrays } from '../checkpoints/named-arrays.ts';
import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { NamedWeight } from '../hooks/trained-module.ts';
import { updateEma } from './update-ema.ts';

/** What the averages are found by in a checkpoint. */
export const emaStateKey = 'EMA';

/**
 * Averages all weights, running statistics included, over the steps; validation sees the averages in place of the weights.
 *
 * @param options.decay - share of the old average that a step keeps, in (0, 1).
 */
export function createEma({ decay }: { readonly decay: number }): Callback {
  let averages: Map<string, Tensor> | null = null;
  let restored: NamedArrays | null = null;
  let swapped: Map<string, Tensor> | null = null;
  let averagedStep = -1;

  const start = (
    { engine: { tf }, globalStep }: RunningTrainer,
    weights: readonly NamedWeight[],
  ) => {
    averages = new Map(
      weights.map(({ name, variable }) => {
        const array = restored?.[name];
        const first =
          array === undefined ? variable.clone() : tf.tensor(array.data, [...array.shape]);
        return [name, tf.keep(first)];
      }),
    );
    restored = null;
    averagedStep = globalStep;
  };

  const swapBack = (weights: readonly NamedWeight[]): void => {
    for (const { name, variable } of weights) {
      const own = swapped?.get(name);
      if (own === undefined) continue;
      variable.assign(own as never);
      own.dispose();
    }
    swapped = null;
  };

  return {
    stateKey: emaStateKey,
    onTrainStart: (trainer, module) => start(trainer, module.weights),
    onTrainBatchEnd: (trainer, module) => {
      if (averages === null || trainer.globalStep === averagedStep) return;
      averagedStep = trainer.globalStep;
      const { engine } = trainer;
      for (const { name, variable } of module.weights) {
        const before = averages.get(name)!;
        averages.set(name, engine.tf.keep(updateEma(engine, before, variable, decay)));
        before.dispose();
      }
    },
    onValidationStart: ({ engine: { tf } }, module) => {
      if (averages === null) return;
      swapped = new Map();
      for (const { name, variable } of module.weights) {
        swapped.set(name, tf.keep(variable.clone()));
        variable.assign(averages.get(name)! as never);
      }
    },
    onValidationEnd: (_trainer, module) => swapBack(module.weights),
    onException: (_trainer, module) => swapBack(module.weights),
    teardown: () => {
      for (const average of averages?.values() ?? []) average.dispose();
      averages = null;
    },
    stateDict: () => ({
      arrays: Object.fromEntries(
        [...(averages ?? [])].map(([name, average]) => [
          name,
          { shape: average.shape, data: average.dataSync<'float32'>() },
        ]),
      ),
    }),
    loadStateDict: ({ arrays }) => {
      restored = arrays ?? null;
    },
  };
}
