import type { Engine, Tensor } from '@limber/engine';
import type { TrainedModule } from '../hooks/trained-module.ts';

/** Does something that changes weights, and puts them back afterwards, whatever happens. */
export async function withWeightsRestored<Result>(
  { tf }: Engine,
  { weights }: TrainedModule,
  work: () => Promise<Result>,
): Promise<Result> {
  const before: Tensor[] = weights.map(({ variable }) => tf.keep(variable.clone()));
  try {
    return await work();
  } finally {
    for (const [index, { variable }] of weights.entries()) {
      variable.assign(before[index]! as never);
      before[index]!.dispose();
    }
  }
}
