import type { NamedTensors, TensorData } from '@limber/engine';
import { buildNetwork } from '../../models/build-network.ts';
import type { ModelSpec } from '../../models/model-spec.ts';
import type { MapShape } from '../../networks/cost-network.ts';
import { createCostNetwork } from '../../networks/cost-network.ts';
import { batchNormEpsilon } from '../../networks/layers-network.ts';
import type { Network } from '../../networks/network.ts';
import type { GraphNode, PoseGraph } from './pose-graph.ts';

/** A map between two blocks: the node that makes it, and its shape. */
interface RecordedMap {
  readonly node: string;
  readonly shape: MapShape;
}

const inputName = 'normalized';
const inputChannels = 3;

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
  const biasOf = (name: string, filters: number): Float32Array =>
    tensors[`${name}/bias`]?.data ?? new Float32Array(filters);
  const activation =
    (op: 'relu' | 'relu6' | 'sigmoid') =>
    (name: string, { node, shape }: RecordedMap): RecordedMap =>
      add({ op, name, input: node, shape });
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
        padding: 'same',
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
      if (before?.op !== 'convolution' && before?.op !== 'deconvolution') {
        return fail(`batch norm "${name}" follows no convolution`);
      }
      const norm = (role: string): Float32Array => tensor(`${name}/${role}`).data;
      const variance = norm('moving_variance');
      const scale = norm('gamma').map(
        (gamma, at) => gamma / Math.sqrt(variance[at]! + batchNormEpsilon),
      );
      const [beta, mean] = [norm('beta'), norm('moving_mean')];
      const bias = beta.map((value, at) => value + (before.bias[at]! - mean[at]!) * scale[at]!);
      return add({ ...before, kernel: scaleFilters(before.kernel, before.op, scale), bias });
    },
    relu: activation('relu'),
    relu6: activation('relu6'),
    sigmoid: activation('sigmoid'),
    maxPool: (name, { node, shape }) =>
      add({ op: 'max-pool', name, input: node, shape: shapes.maxPool(name, shape) }),
    upsample: (name, { node, shape }) =>
      add({
        op: 'upsample',
        name,
        input: node,
        interpolation: 'nearest',
        shape: shapes.upsample(name, shape),
      }),
    upsampleBilinear: (name, { node, shape }) =>
      add({
        op: 'upsample',
        name,
        input: node,
        interpolation: 'bilinear',
        shape: shapes.upsampleBilinear(name, shape),
      }),
    flatten: (name, { node, shape }) =>
      add({ op: 'flatten', name, input: node, shape: shapes.flatten(name, shape) }),
    add: (name, first, second) =>
      add({ op: 'add', name, inputs: [first.node, second.node], shape: first.shape }),
  };
}

/** Filters are the last axis of a convolution's kernel, and the third of a deconvolution's four. */
function scaleFilters(
  kernel: TensorData,
  op: 'convolution' | 'deconvolution',
  scale: Float32Array,
): TensorData {
  const behind = op === 'convolution' ? 1 : kernel.shape[3]!;
  const data = kernel.data.map(
    (value, at) => value * scale[Math.floor(at / behind) % scale.length]!,
  );
  return { ...kernel, data };
}

function fail(what: string): never {
  throw new Error(`The model cannot be recorded: ${what}.`);
}
