import type { NamedTensors, TensorData } from '@limber/engine';
import { buildNetwork } from '../../models/build-network.ts';
import type { ModelSpec } from '../../models/model-spec.ts';
import type { MapShape } from '../../networks/cost-network.ts';
import { createCostNetwork } from '../../networks/cost-network.ts';
import type { Network } from '../../networks/network.ts';
import { inputChannels } from '../../networks/network.ts';
import { smallestLength } from '../../networks/operations/scale-norm.ts';
import { foldBatchNorm } from './fold-batch-norm.ts';
import type { Activation, GraphNode, PoseGraph } from './pose-graph.ts';

/** A map between two blocks: the node that makes it, and its shape. */
interface RecordedMap {
  readonly node: string;
  readonly shape: MapShape;
}

const inputName = 'normalized';
/**
 * Writes down the operations of a model with its weights. Batch norms are folded into the convolutions before them.
 *
 * @param tensors - by the names of the model's weights.
 */
export function recordGraph(spec: ModelSpec, tensors: NamedTensors): PoseGraph {
  const nodes = new Map<string, GraphNode>();
  const network = createRecordingNetwork(tensors, nodes);
  const input = { node: inputName, shape: { ...spec.inputSize, channels: inputChannels } };
  const output = buildNetwork(network, input, spec);
  return { input: inputName, nodes: [...nodes.values()], output: output.node };
}

function createRecordingNetwork(
  tensors: NamedTensors,
  nodes: Map<string, GraphNode>,
): Network<RecordedMap> {
  // shapes are what the cost network says
  const { network: shapes } = createCostNetwork();
  const add = (node: GraphNode): RecordedMap => {
    nodes.set(node.name, node);
    return { node: node.name, shape: node.shape };
  };
  const tensor = (name: string): TensorData => tensors[name] ?? fail(`no weight "${name}"`);
  const numbers = (name: string): Float32Array => tensor(name).data;
  const biasOf = (name: string, filters: number): Float32Array =>
    tensors[`${name}/bias`]?.data ?? new Float32Array(filters);
  const activation =
    (op: Activation) =>
    (name: string, { node, shape }: RecordedMap): RecordedMap =>
      add({ op, name, input: node, shape });
  const ofTwo =
    (op: 'add' | 'multiply') =>
    (name: string, first: RecordedMap, second: RecordedMap): RecordedMap =>
      add({ op, name, inputs: [first.node, second.node], shape: first.shape });
  return {
    convolution: (name, { node, shape }, options) =>
      add({
        op: 'convolution',
        name,
        input: node,
        kernel: tensor(`${name}/kernel`),
        bias: biasOf(name, options.filters),
        stride: options.stride ?? 1,
        padding: options.padding ?? 'symmetric',
        shape: shapes.convolution(name, shape, options),
      }),
    depthwise: (name, { node, shape }, options) =>
      add({
        op: 'depthwise',
        name,
        input: node,
        kernel: tensor(`${name}/depthwise_kernel`),
        bias: biasOf(name, shape.channels),
        stride: options.stride ?? 1,
        padding: options.padding ?? 'symmetric',
        shape: shapes.depthwise(name, shape, options),
      }),
    deconvolution: (name, { node, shape }, options) =>
      add({
        op: 'deconvolution',
        name,
        input: node,
        kernel: tensor(`${name}/kernel`),
        bias: biasOf(name, options.filters),
        shape: shapes.deconvolution(name, shape, options),
      }),
    batchNorm: (name, { node }) => {
      const before = nodes.get(node);
      const isFoldable =
        before?.op === 'convolution' ||
        before?.op === 'depthwise' ||
        before?.op === 'deconvolution';
      if (!isFoldable) return fail(`batch norm "${name}" follows no convolution`);
      const [gamma, beta] = [numbers(`${name}/gamma`), numbers(`${name}/beta`)];
      const mean = numbers(`${name}/moving_mean`);
      const variance = numbers(`${name}/moving_variance`);
      return add(foldBatchNorm(before, { gamma, beta, mean, variance }));
    },
    layerNorm: (name, { node, shape }, { epsilon }) => {
      const [gamma, beta] = [numbers(`${name}/gamma`), numbers(`${name}/beta`)];
      return add({ op: 'layer-norm', name, input: node, gamma, beta, epsilon, shape });
    },
    scaleNorm: (name, { node, shape }) => {
      const gain = numbers(`${name}/gain`)[0]!;
      return add({ op: 'scale-norm', name, input: node, gain, smallestLength, shape });
    },
    scale: (name, { node, shape }) =>
      add({ op: 'scale', name, input: node, factor: numbers(`${name}/factor`), shape }),
    relu: activation('relu'),
    relu6: activation('relu6'),
    sigmoid: activation('sigmoid'),
    hardSigmoid: activation('hard-sigmoid'),
    silu: activation('silu'),
    gelu: activation('gelu'),
    maxPool: (name, { node, shape }, options) =>
      add({
        op: 'max-pool',
        name,
        input: node,
        ...options,
        shape: shapes.maxPool(name, shape, options),
      }),
    meanPool: (name, { node, shape }) =>
      add({ op: 'mean-pool', name, input: node, shape: shapes.meanPool(name, shape) }),
    upsample: (name, { node, shape }, { factor }) =>
      add({
        op: 'upsample',
        name,
        input: node,
        interpolation: 'nearest',
        factor,
        shape: shapes.upsample(name, shape, { factor }),
      }),
    upsampleBilinear: (name, { node, shape }) =>
      add({
        op: 'upsample',
        name,
        input: node,
        interpolation: 'bilinear',
        factor: 2,
        shape: shapes.upsampleBilinear(name, shape),
      }),
    add: ofTwo('add'),
    multiply: ofTwo('multiply'),
    concat: (name, inputs) =>
      add({
        op: 'concat',
        name,
        inputs: inputs.map(({ node }) => node),
        shape: shapes.concat(
          name,
          inputs.map(({ shape }) => shape),
        ),
      }),
    positions: (name, { node, shape }) =>
      add({ op: 'shift', name, input: node, map: tensor(`${name}/embedding`), shape }),
    attention: (name, { node, shape }, options) =>
      add({
        op: 'attention',
        name,
        input: node,
        ...options,
        shape: shapes.attention(name, shape, options),
      }),
    gatedAttention: (name, { node, shape }, options) =>
      add({
        op: 'gated-attention',
        name,
        input: node,
        scale: tensor(`${name}/scale`),
        offset: tensor(`${name}/offset`),
        ...options,
        shape: shapes.gatedAttention(name, shape, options),
      }),
    dropPath: (_, input) => input,
    flatten: (name, { node, shape }) =>
      add({ op: 'flatten', name, input: node, shape: shapes.flatten(name, shape) }),
  };
}

function fail(what: string): never {
  throw new Error(`The model cannot be recorded: ${what}.`);
}
