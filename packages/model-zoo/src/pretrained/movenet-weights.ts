import type { NamedTensors, TensorData } from '@limber/engine';
import { dtypes, sizeOfShape } from '@limber/engine';
import { LimberError } from '@limber/files';
import { parseGraph } from './graph-model.ts';
import type { MovenetFiles } from './movenet-files.ts';

const bytesOf = { float16: 2, float32: 4, int32: 4 } as const;

/**
 * The weights of a published MoveNet under the names that its layers have here, such as
 * `backbone.blocks.3.expand/kernel` or `head.heatmap.output/bias`. All heads are among them.
 *
 * @throws {LimberError} `corrupt-data` if the list of weights does not fit the numbers.
 */
export function movenetWeights(files: MovenetFiles): NamedTensors {
  const tensors: Record<string, TensorData> = {};
  for (const [name, tensor] of Object.entries(graphWeights(files))) {
    const ours = layerNameOf(name);
    if (ours !== undefined) tensors[ours] = tensor;
  }
  return tensors;
}

/** All float weights of a graph model, by the names that they have there. */
function graphWeights({ graph, weights }: MovenetFiles): NamedTensors {
  const tensors: Record<string, TensorData> = {};
  let at = 0;
  for (const { name, shape, dtype, quantization } of parseGraph(graph).weightsManifest.flatMap(
    (group) => group.weights,
  )) {
    const stored = quantization?.dtype ?? dtype;
    const count = sizeOfShape(shape);
    const { buffer } = new Uint8Array(weights.subarray(at, at + count * bytesOf[stored]));
    at += count * bytesOf[stored];
    if (stored === 'int32') continue;
    const data = stored === 'float16' ? dtypes.F16.toFloat32(buffer) : new Float32Array(buffer);
    tensors[name] = { dtype: 'F32', shape, data };
  }
  if (at === weights.length) return tensors;
  throw new LimberError('corrupt-data', {
    where: 'the weights of a graph model',
    what: 'their list does not fit',
    expected: `${at} bytes`,
    got: `${weights.length}`,
  });
}

/** What the graph's parts of a layer are called here. */
const parts: Readonly<Record<string, string>> = {
  Conv2D_weights: 'kernel',
  Conv2D_bn_offset: 'bias',
  depthwise_weights: 'depthwise_kernel',
  depthwise_bn_offset: 'bias',
  'Conv2D/ReadVariableOp': 'kernel',
  'BiasAdd/ReadVariableOp': 'bias',
};

/** What the graph's parts of a separable convolution are called here. Norms are folded into those of the neck. */
const separableParts: Readonly<Record<string, string>> = {
  'separable_conv2d/ReadVariableOp': 'depthwise/depthwise_kernel',
  'separable_conv2d/ReadVariableOp_1': 'pointwise/kernel',
  separable_conv2d_weights: 'pointwise/kernel',
  separable_conv2d_bn_offset: 'pointwise/bias',
  'BiasAdd/ReadVariableOp': 'pointwise/bias',
};

/** Our name for a head of the graph. */
const heads: Readonly<Record<string, string>> = {
  kpt_heatmap_0: 'head.heatmap',
  kpt_regress_0: 'head.regression',
  kpt_offset_0: 'head.offset',
  center_0: 'head.center',
  box_scale_0: 'head.boxSize',
  box_offset_0: 'head.boxOffset',
};

const coarsestLateral = 3;
const coarsestSmooth = 2;

/**
 * Keras's name of a layer's weight → ours. Keras counts convolutions in the order in which they were made, across the whole
 * graph: `conv2d` is the coarsest of the neck, and so on.
 *
 * @returns undefined for numbers that are no weights of a layer.
 */
function layerNameOf(graphName: string): string | undefined {
  const path = graphName
    .replace('StatefulPartitionedCall/', '')
    .replace('center_net_mobile_net_v2fpn_feature_extractor/', '');
  const backbone = /^model_1\/model\/(\w+?)\/(\w+)$/.exec(path);
  if (backbone !== null) return `backbone.${blockName(backbone[1]!)}/${parts[backbone[2]!]}`;
  const lateral = /^model_1\/conv2d(?:_(\d))?\/(.+)$/.exec(path);
  if (lateral !== null) {
    const level = coarsestLateral - Number(lateral[1] ?? 0);
    return `neck.lateral.${level}/${parts[lateral[2]!]}`;
  }
  const smooth = /^model_1\/separable_conv2d(?:_(\d))?\/(.+)$/.exec(path);
  if (smooth !== null) {
    const level = coarsestSmooth - Number(smooth[1] ?? 0);
    return `neck.smooth.${level}.${separableParts[smooth[2]!]}`;
  }
  const head = /^(\w+_0)\/(separable_)?conv2d_\d\/(.+)$/.exec(path);
  if (head === null) return undefined;
  const [, name, separable, part] = head;
  return separable === undefined
    ? `${heads[name!]}.output/${parts[part!]}`
    : `${heads[name!]}.hidden.${separableParts[part!]}`;
}

/** `block_3_expand` → `blocks.3.expand`; Keras calls the first block `expanded_conv`. */
function blockName(layer: string): string {
  if (layer === 'Conv1') return 'stem';
  if (layer === 'Conv_1') return 'last';
  return layer.replace(/^expanded_conv_/, 'block_0_').replace(/^block_(\d+)_/, 'blocks.$1.');
}
