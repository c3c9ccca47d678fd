import type { Engine } from '@limber/engine';
import type { TrainedModule } from '../hooks/trained-module.ts';
import { takeWeights } from './weight-snapshot.ts';

/**
 * Does something that changes weights, and puts them back afterwards.
 *
 * @param when - `always`, whatever happens, or only `onFailure`.
 */
export async function withWeightsRestored<Result>(
  when: 'always' | 'onFailure',
  { engine, module }: { readonly engine: Engine; readonly module: TrainedModule },
  work: () => Promise<Result>,
): Promise<Result> {
  const snapshot = takeWeights(engine, module);
  let isDone = false;
  try {
    const result = await work();
    isDone = true;
    return result;
  } finally {
    if (when === 'always' || !isDone) snapshot.putBack();
    snapshot.dispose();
  }
}
