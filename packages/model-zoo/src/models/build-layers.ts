import type { Engine, LayersModel, SymbolicTensor } from '@limber/engine';
import { models } from '../architectures/models.ts';
import { createLayersNetwork } from '../networks/layers-network.ts';
import type { KernelInitializer } from '../networks/network.ts';
import type { ModelSpec } from './model-spec.ts';

const inputChannels = 3;

/**
 * The tf.layers model of a spec, all kernels and biases 0.
 *
 * @returns the model, and how the first values of each kernel are drawn, by weight name.
 */
export function buildLayers(
  engine: Engine,
  { name, inputSize, jointCount }: ModelSpec,
): { model: LayersModel; initializers: Map<string, KernelInitializer> } {
  const { height, width } = inputSize;
  const { network, initializers } = createLayersNetwork(engine);
  const input = engine.tf.input({ name: 'images', shape: [height, width, inputChannels] });
  const outputs = models[name].build<SymbolicTensor>(network, input, { inputSize, jointCount });
  return { model: engine.tf.model({ name, inputs: input, outputs }), initializers };
}
