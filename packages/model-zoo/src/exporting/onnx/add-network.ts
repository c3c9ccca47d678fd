import type { TensorData } from '@limber/engine';
import { toChannelsFirst, toTorchKernel } from '../../importing/torch-layout.ts';
import { deconvolutionKernelSize } from '../../networks/network.ts';
import type { GraphNode, NodeOf, PoseGraph } from '../graphs/pose-graph.ts';
import { inputsOf } from '../graphs/pose-graph.ts';
import { addActivation } from './add-activation.ts';
import type { OnnxPlaces } from './add-attention.ts';
import { addAttention, addGatedAttention } from './add-attention.ts';
import { addLayerNorm, addScaleNorm } from './add-normalization.ts';
import type { OnnxBuilder } from './onnx-builder.ts';

/**
 * Adds the operations of a network.
 *
 * @param images - normalised, [B, 3, H, W]: ONNX has channels first.
 * @returns the heatmaps, [B, K, H / 4, W / 4], under the name `output`.
 */
export function addNetwork(
  builder: OnnxBuilder,
  graph: PoseGraph,
  { images, output }: { readonly images: string; readonly output: string },
): string {
  const values = new Map([[graph.input, images]]);
  for (const node of graph.nodes) {
    const inputs = inputsOf(node).map((name) => values.get(name)!);
    const name = node.name === graph.output ? output : node.name;
    values.set(node.name, addNode(builder, node, { inputs, output: name }));
  }
  return output;
}

interface Places {
  readonly inputs: readonly string[];
  readonly output: string;
}

function addNode(builder: OnnxBuilder, node: GraphNode, { inputs, output }: Places): string {
  const input = inputs[0]!;
  switch (node.op) {
    case 'convolution':
    case 'depthwise': {
      const side = node.kernel.shape[0]!;
      const options = {
        output,
        kernel_shape: [side, side],
        strides: [node.stride, node.stride],
        group: node.op === 'depthwise' ? node.shape.channels : 1,
      };
      const weights = addWeights(builder, node);
      if (node.padding === 'same') {
        return builder.add('Conv', [...inputs, ...weights], { ...options, auto_pad: 'SAME_UPPER' });
      }
      const padding = node.padding === 'symmetric' ? (side - 1) / 2 : node.padding;
      const pads = [padding, padding, padding, padding];
      return builder.add('Conv', [...inputs, ...weights], { ...options, pads });
    }
    case 'deconvolution':
      return builder.add('ConvTranspose', [...inputs, ...addWeights(builder, node)], {
        output,
        kernel_shape: [deconvolutionKernelSize, deconvolutionKernelSize],
        strides: [2, 2],
        pads: [1, 1, 1, 1],
      });
    case 'relu':
    case 'relu6':
    case 'sigmoid':
    case 'hard-sigmoid':
    case 'silu':
    case 'gelu':
      return addActivation(builder, node.op, { input, output });
    case 'max-pool': {
      const { kernelSize, stride } = node;
      const padding = (kernelSize - 1) / 2;
      return builder.add('MaxPool', inputs, {
        output,
        kernel_shape: [kernelSize, kernelSize],
        strides: [stride, stride],
        pads: [padding, padding, padding, padding],
      });
    }
    case 'mean-pool':
      return builder.add('GlobalAveragePool', inputs, { output });
    case 'upsample':
      return addUpsample(builder, node, { input, output });
    case 'layer-norm':
      return addLayerNorm(builder, node, { input, output });
    case 'scale-norm':
      return addScaleNorm(builder, node, { input, output });
    case 'scale': {
      const factor = builder.floats([1, node.factor.length, 1, 1], node.factor);
      return builder.add('Mul', [input, factor], { output });
    }
    case 'shift': {
      const { shape, data } = toChannelsFirst(node.map);
      return builder.add('Add', [input, builder.floats(shape, data)], { output });
    }
    case 'attention':
      return addAttention(builder, node, { input, output });
    case 'gated-attention':
      return addGatedAttention(builder, node, { input, output });
    case 'flatten': {
      const { width: tokens, channels: pixels } = node.shape;
      const rows = builder.reshape(input, [-1, tokens, pixels]);
      const columns = builder.add('Transpose', [rows], { perm: [0, 2, 1] });
      return builder.reshape(columns, [-1, pixels, 1, tokens], output);
    }
    case 'concat':
      return builder.add('Concat', inputs, { output, axis: 1 });
    case 'multiply':
      return builder.add('Mul', inputs, { output });
    case 'add':
      return builder.add('Add', inputs, { output });
  }
}

function addUpsample(
  builder: OnnxBuilder,
  { interpolation, factor }: NodeOf<'upsample'>,
  { input, output }: OnnxPlaces,
): string {
  const scales = builder.floats([4], [1, 1, factor, factor]);
  return builder.add('Resize', [input, '', scales], {
    output,
    ...(interpolation === 'bilinear'
      ? { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
      : {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        }),
  });
}

function addWeights(
  builder: OnnxBuilder,
  {
    kernel,
    bias,
    op,
  }: { readonly kernel: TensorData; readonly bias: Float32Array; readonly op: string },
): string[] {
  // ONNX took its layouts from PyTorch
  const { shape, data } = toTorchKernel(kernel, op === 'depthwise' ? 'depthwise' : 'convolution');
  return [builder.floats(shape, data), builder.floats([bias.length], bias)];
}
