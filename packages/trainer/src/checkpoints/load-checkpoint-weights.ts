import type { Engine } from '@limber/engine';
import { writeWeights } from '@limber/engine';
import { emaStateKey } from '../callbacks/ema.ts';
import type { TrainedModule } from '../hooks/trained-module.ts';
import { readCheckpoint } from './checkpoint-file.ts';
import type { CheckpointFacts } from './checkpoint.ts';
import { ofPrefix } from './name-prefix.ts';

/**
 * Puts the weights that a checkpoint was validated with into a module: the averages of an EMA where it has some, else the
 * weights themselves.
 *
 * @returns what the checkpoint says about itself, such as the metrics that were logged before it.
 * @throws {LimberError} `corrupt-data` if the file is damaged, or its weights are not those of the module; `missing-file`.
 */
export async function loadCheckpointWeights(
  engine: Engine,
  module: TrainedModule,
  file: string,
): Promise<CheckpointFacts> {
  const { arrays, facts } = await readCheckpoint(file);
  const averages = ofPrefix(`callbacks/${emaStateKey}`, arrays);
  const hasAverages = Object.keys(averages).length > 0;
  const tensors = hasAverages ? averages : ofPrefix('weights', arrays);
  writeWeights(engine, module.weights, { tensors, source: file });
  return facts;
}
