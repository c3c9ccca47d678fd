import type { Engine } from '@limber/engine';
import { namedWeights } from '@limber/engine';
import { buildLayers } from './build-layers.ts';
import { checkArchitecture } from './check-architecture.ts';
import { initialKernel } from './initial-weights.ts';
import type { ModelSpec } from './model-spec.ts';
import { validateModelSpec } from './model-spec.ts';
import type { PoseModel } from './pose-model.ts';
import { toPoseModel } from './pose-model.ts';

/**
 * Builds a model with fresh weights.
 *
 * Every kernel is drawn from its own stream, keyed by seed and weight name, so the same seed gives the same bytes
 * on every machine, and a layer added elsewhere changes no other. Biases are 0, batch norms the identity.
 *
 * @returns a model to be disposed.
 * @throws {LimberError} `invalid-argument` naming the invalid field of the spec.
 */
export function createModel(
  engine: Engine,
  spec: ModelSpec,
  { seed }: { readonly seed: number },
): PoseModel {
  validateModelSpec(spec);
  if (spec.architecture !== undefined) checkArchitecture(spec);
  const { model, initializers } = buildLayers(engine, spec);
  for (const { name, variable } of namedWeights(model)) {
    const initializer = initializers.get(name);
    if (initializer === undefined) continue;
    const { shape } = variable;
    const value = engine.tf.tensor(initialKernel(seed, { name, shape, initializer }), shape);
    variable.assign(value);
    value.dispose();
  }
  return toPoseModel(spec, model);
}
