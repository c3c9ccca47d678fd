import type { TensorData } from '@limber/engine';
import type { Callback } from '../hooks/callback.ts';
import { createWeightAverages } from '../weights/weight-averages.ts';
import type { WeightSnapshot } from '../weights/weight-snapshot.ts';
import { takeWeights } from '../weights/weight-snapshot.ts';

const stateKey = 'EMA';

/**
 * Averages all weights, running statistics included, over the steps. Validation sees the averages in place of the weights,
 * checkpoints hold them as the weights, and at the end of the fit they are the module's weights.
 *
 * @param options.decay - share of the old average that a step keeps, in (0, 1).
 * @see Lightning's `EMAWeightAveraging`.
 */
export function createEma({ decay }: { readonly decay: number }): Callback {
  const averages = createWeightAverages();
  let current: WeightSnapshot | null = null;
  let averagedStep = 0;

  const forget = (): void => {
    current?.dispose();
    current = null;
  };
  const putBack = (): void => {
    current?.putBack();
    forget();
  };
  const showAverages: Callback['onValidationStart'] = ({ engine, module }) => {
    if (averages.isEmpty) return;
    current = takeWeights(engine, module);
    averages.assignTo(module.weights);
  };

  return {
    stateKey,
    onTrainStart: ({ engine, module, globalStep }) => {
      if (averages.isEmpty) averages.start(engine, module.weights);
      averagedStep = globalStep;
    },
    onTrainBatchEnd: ({ engine, module, globalStep }) => {
      if (globalStep === averagedStep) return;
      averagedStep = globalStep;
      averages.update(engine, module.weights, decay);
    },
    onValidationStart: showAverages,
    onValidationEnd: putBack,
    onException: putBack,
    // not onTrainEnd, where ModelCheckpoint saves what a later fit with more epochs goes on from
    onFitEnd: showAverages,
    teardown: () => {
      forget();
      averages.dispose();
    },
    stateDict: async () => ({ arrays: await averages.read() }),
    onSaveCheckpoint: (_trainer, { arrays }) => exchangeWeights(arrays),
    onLoadCheckpoint: (_trainer, { arrays }) => exchangeWeights(arrays),
    loadStateDict: ({ arrays }, { engine, module }) =>
      averages.start(engine, module.weights, arrays),
  };
}

/** As in Lightning, the averages are a checkpoint's weights, and those that training goes on from lie beside them. */
function exchangeWeights(arrays: Record<string, TensorData>): void {
  const start = `callbacks/${stateKey}/`;
  for (const [key, array] of Object.entries(arrays)) {
    if (!key.startsWith(start)) continue;
    const weight = `weights/${key.slice(start.length)}`;
    arrays[key] = arrays[weight]!;
    arrays[weight] = array;
  }
}
