import type { TensorData } from '@limber/engine';
import { toTorchKernel } from '../../importing/torch-layout.ts';
import { deconvolutionKernelSize } from '../../networks/network.ts';
import type { GraphNode, PoseGraph } from '../graphs/pose-graph.ts';
import { inputsOf } from '../graphs/pose-graph.ts';
import type { OnnxBuilder } from './onnx-builder.ts';

/**
 * Adds the operations of a network.
 *
 * @param images - normalised, [B, 3, H, W]: ONNX has channels first.
 * @returns the output, channels first, under the name `output`.
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
      const padding = (side - 1) / 2;
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
      return builder.add('Relu', inputs, { output });
    case 'relu6':
      return builder.add('Clip', [...inputs, builder.scalar(0), builder.scalar(6)], { output });
    case 'sigmoid':
      return builder.add('Sigmoid', inputs, { output });
    case 'max-pool':
      return builder.add('MaxPool', inputs, {
        output,
        kernel_shape: [3, 3],
        strides: [2, 2],
        pads: [1, 1, 1, 1],
      });
    case 'upsample':
      return addUpsample(builder, node.interpolation, { inputs, output });
    case 'flatten': {
      const { width, channels } = node.shape;
      const rows = builder.reshape(inputs[0]!, [-1, width, channels]);
      const columns = builder.add('Transpose', [rows], { perm: [0, 2, 1] });
      return builder.reshape(columns, [-1, channels, 1, width], output);
    }
    case 'add':
      return builder.add('Add', inputs, { output });
  }
}

function addUpsample(
  builder: OnnxBuilder,
  interpolation: 'nearest' | 'bilinear',
  { inputs, output }: Places,
): string {
  const scales = builder.floats([4], [1, 1, 2, 2]);
  return builder.add('Resize', [...inputs, '', scales], {
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
