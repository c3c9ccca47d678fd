import type { Normalization } from '../../architectures/normalization.ts';
import type { PoseGraph } from '../graphs/pose-graph.ts';
import { addNetwork } from './add-network.ts';
import type { DecodingOptions } from './add-outputs.ts';
import { addOutputs } from './add-outputs.ts';
import { OnnxBuilder } from './onnx-builder.ts';
import { encodeOnnx } from './onnx-message.ts';

/** What an ONNX file is made of. */
export interface OnnxContent extends DecodingOptions {
  readonly name: string;
  readonly graph: PoseGraph;
  readonly normalization: Normalization;
  readonly metadata: Readonly<Record<string, string>>;
}

const largestByte = 255;

/**
 * The bytes of an ONNX file of opset 17.
 *
 * In: `images`, uint8 [batch, height, width, 3], RGB; normalised inside. Out: what `addOutputs` says. The batch is free.
 * Batch norms are folded into the convolutions.
 */
export function encodeOnnxModel(content: OnnxContent): Uint8Array {
  const { name, graph, codec, metadata } = content;
  const builder = new OnnxBuilder();
  const images = addNormalization(builder, content.normalization);
  const network = addNetwork(builder, graph, { images, output: 'output' });
  const outputs = addOutputs(builder, network, content);
  const shape = ['batch', codec.inputSize.height, codec.inputSize.width, 3];
  return encodeOnnx({
    name,
    nodes: builder.nodes,
    constants: builder.constants,
    inputs: [{ name: 'images', type: 'uint8', shape }],
    outputs,
    metadata,
  });
}

/** (pixel / 255 - mean) / std, and channels first. */
function addNormalization(builder: OnnxBuilder, { mean, std }: Normalization): string {
  const floats = builder.toFloat('images');
  const planes = builder.add('Transpose', [floats], { perm: [0, 3, 1, 2] });
  const shape = [1, 3, 1, 1];
  const low = builder.floats(
    shape,
    mean.map((value) => value * largestByte),
  );
  const scale = builder.floats(
    shape,
    std.map((value) => 1 / (value * largestByte)),
  );
  return builder.add('Mul', [builder.add('Sub', [planes, low]), scale]);
}
