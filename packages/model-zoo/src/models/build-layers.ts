import type { Engine, LayersModel, SymbolicTensor } from '@limber/engine';
import { createLayersNetwork } from '../networks/layers-network.ts';
import type { KernelInitializer } from '../networks/network.ts';
import { inputChannels } from '../networks/network.ts';
import { buildNetwork } from './build-network.ts';
import type { ModelSpec } from './model-spec.ts';

/**
 * The tf.layers model of a spec, all kernels and biases 0.
 *
 * @returns the model, and how the first values of each kernel are drawn, by weight name.
 */
export function buildLayers(
  engine: Engine,
  spec: ModelSpec,
): { model: LayersModel; initializers: Map<string, KernelInitializer> } {
  const { height, width } = spec.inputSize;
  const { network, initializers } = createLayersNetwork(engine);
  const input = engine.tf.input({ name: 'images', shape: [height, width, inputChannels] });
  const outputs = buildNetwork<SymbolicTensor>(network, input, spec);
  return { model: engine.tf.model({ name: spec.name, inputs: input, outputs }), initializers };
}
