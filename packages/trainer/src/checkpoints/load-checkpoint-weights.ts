import type { Engine } from '@limber/engine';
import { writeWeights } from '@limber/engine';
import type { TrainedModule } from '../hooks/trained-module.ts';
import { readCheckpoint } from './checkpoint-file.ts';
import type { CheckpointFacts } from './checkpoint.ts';
import { ofPrefix } from './name-prefix.ts';

/**
 * Puts the weights of a checkpoint into a module: those that were validated, so the averages where there was an EMA.
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
  writeWeights(engine, module.weights, { tensors: ofPrefix('weights', arrays), source: file });
  return facts;
}
