import type { NamedWeight, Tensor } from '@limber/engine';
import type { Callback } from '../hooks/callback.ts';
import { createWeightAverages } from './weight-averages.ts';

/** What the averages are found by in a checkpoint. */
export const emaStateKey = 'EMA';

/**
 * Averages all weights, running statistics included, over the steps; validation sees the averages in place of the weights.
 *
 * @param options.decay - share of the old average that a step keeps, in (0, 1).
 */
export function createEma({ decay }: { readonly decay: number }): Callback {
  const averages = createWeightAverages();
  let swapped: Map<string, Tensor> | null = null;
  let averagedStep = -1;

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
    onTrainStart: ({ engine, module, globalStep }) => {
      if (averages.isEmpty) averages.start(engine, module.weights);
      averagedStep = globalStep;
    },
    onTrainBatchEnd: ({ engine, module, globalStep }) => {
      if (averages.isEmpty || globalStep === averagedStep) return;
      averagedStep = globalStep;
      averages.update(engine, module.weights, decay);
    },
    onValidationStart: ({ engine: { tf }, module: { weights } }) => {
      if (averages.isEmpty) return;
      swapped = new Map(weights.map(({ name, variable }) => [name, tf.keep(variable.clone())]));
      averages.assignTo(weights);
    },
    onValidationEnd: ({ module }) => swapBack(module.weights),
    onException: ({ module }) => swapBack(module.weights),
    teardown: () => averages.dispose(),
    stateDict: async () => ({ arrays: await averages.read() }),
    loadStateDict: ({ arrays }, { engine, module }) =>
      averages.start(engine, module.weights, arrays),
  };
}
