import type { Engine } from '@limber/engine';
import type { TrainedModule } from '../hooks/trained-module.ts';
import { takeWeights } from './weight-snapshot.ts';

/** Does something that changes weights, and puts them back afterwards, whatever happens. */
export async function withWeightsRestored<Result>(
  engine: Engine,
  module: TrainedModule,
  work: () => Promise<Result>,
): Promise<Result> {
  const snapshot = takeWeights(engine, module);
  try {
    return await work();
  } finally {
    snapshot.putBack();
    snapshot.dispose();
  }
}

/** Does something that changes weights, and puts them back only if it fails. */
export async function orWeightsRestored<Result>(
  engine: Engine,
  module: TrainedModule,
  work: () => Promise<Result>,
): Promise<Result> {
  const snapshot = takeWeights(engine, module);
  try {
    return await work();
  } catch (error) {
    snapshot.putBack();
    throw error;
  } finally {
    snapshot.dispose();
  }
}
