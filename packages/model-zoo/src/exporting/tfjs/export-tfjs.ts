import type { CodecConfig, Size } from '@limber/keypoints';
import type { Normalization } from '../../architectures/normalization.ts';
import type { NodeOf, PoseGraph } from '../graphs/pose-graph.ts';
import { inputsOf } from '../graphs/pose-graph.ts';
import { addActivation } from './add-activation.ts';
import type { TfjsPlaces } from './add-attention.ts';
import { addAttention, addFlatten, addGatedAttention } from './add-attention.ts';
import { addConvolution, addDeconvolution } from './add-convolution.ts';
import { addLayerNorm, addScaleNorm } from './add-normalization.ts';
import type { FusedNode } from './fuse-activations.ts';
import { fuseActivations } from './fuse-activations.ts';
import { integersAttribute, shapeAttribute, textAttribute } from './graph-def.ts';
import { GraphDefBuilder } from './graph-def-builder.ts';

/** What a model of TensorFlow.js is made of. */
export interface TfjsContent {
  readonly graph: PoseGraph;
  readonly normalization: Normalization;
  readonly inputSize: Size;
  readonly codec: CodecConfig;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The two files of a model: what `tf.loadGraphModel` reads. */
export interface TfjsModel {
  /** `model.json`. */
  readonly model: Readonly<Record<string, unknown>>;
  /** `weights.bin`. */
  readonly weights: readonly Uint8Array[];
}

export const tfjsWeightsFile = 'weights.bin';

const largestByte = 255;
/** Name of the graph's input. */
const imagesName = 'images';
/** Names of the graph's output. */
const outputNames: Readonly<Record<CodecConfig['type'], string>> = {
  'msra-heatmap': 'heatmaps',
  'udp-heatmap': 'heatmaps',
  simcc: 'simcc',
  regression: 'places',
};

/**
 * A graph model of TensorFlow.js, for `tf.loadGraphModel` of the stock package on any backend.
 *
 * In: `images`, int32 [batch, height, width, 3], RGB from 0 to 255, as `tf.browser.fromPixels` gives them; normalised
 * inside. Out, float32: `heatmaps` [batch, height / 4, width / 4, K], or `simcc` [batch, 1, K, bins of x and of y], or `places`
 * [batch, 1, K, 4]. The batch is free. Batch norms are folded, and ReLUs are part of the convolutions before them.
 */
export function encodeTfjsModel(content: TfjsContent): TfjsModel {
  const { inputSize, codec } = content;
  const outputName = outputNames[codec.type];
  const builder = new GraphDefBuilder();
  const inputShape = [-1, inputSize.height, inputSize.width, 3];
  builder.add('Placeholder', [], {
    name: imagesName,
    dtype: { type: 'DT_INT32' },
    shape: shapeAttribute(inputShape),
  });
  const { input, nodes, output } = fuseActivations(content.graph);
  const values = new Map([[input, addNormalization(builder, content.normalization)]]);
  for (const node of nodes) {
    const inputs = inputsOf(node).map((name) => values.get(name)!);
    const name = node.name === output ? outputName : node.name;
    values.set(node.name, addNode(builder, node, { inputs, name }));
  }
  const { height, width, channels } = nodes.find(({ name }) => name === output)!.shape;
  const outputShape = [-1, height, width, channels];
  const model = {
    format: 'graph-model',
    generatedBy: 'limber',
    convertedBy: null,
    signature: {
      inputs: { [imagesName]: tensorInfo(imagesName, 'DT_INT32', inputShape) },
      outputs: { [outputName]: tensorInfo(outputName, 'DT_FLOAT', outputShape) },
    },
    modelTopology: { node: builder.nodes, versions: { producer: 440 } },
    weightsManifest: [
      {
        paths: [tfjsWeightsFile],
        weights: builder.weights.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
      },
    ],
    userDefinedMetadata: content.metadata,
  };
  const weights = builder.weights.map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return { model, weights };
}

function tensorInfo(name: string, dtype: string, shape: readonly number[]): unknown {
  const dim = shape.map((size) => ({ size: `${size}` }));
  return { name: `${name}:0`, dtype, tensorShape: { dim } };
}

/** (pixel / 255 - mean) / std. */
function addNormalization(builder: GraphDefBuilder, { mean, std }: Normalization): string {
  const floats = builder.add('Cast', [imagesName], {
    name: 'normalization.float',
    SrcT: { type: 'DT_INT32' },
    DstT: { type: 'DT_FLOAT' },
  });
  const rgb = (name: string, values: readonly number[]): string =>
    builder.floats(name, [values.length], Float32Array.from(values));
  const low = rgb(
    'normalization.mean',
    mean.map((value) => value * largestByte),
  );
  const scale = rgb(
    'normalization.scale',
    std.map((value) => 1 / (value * largestByte)),
  );
  const centered = builder.add('Sub', [floats, low], { name: 'normalization.centered' });
  return builder.add('Mul', [centered, scale], { name: 'normalization.output' });
}

interface Places {
  readonly inputs: readonly string[];
  readonly name: string;
}

function addNode(builder: GraphDefBuilder, node: FusedNode, { inputs, name }: Places): string {
  const input = inputs[0]!;
  switch (node.op) {
    case 'convolution':
    case 'depthwise':
      return addConvolution(builder, node, { input, name });
    case 'deconvolution':
      return addDeconvolution(builder, node, { input, name });
    case 'relu':
    case 'relu6':
    case 'sigmoid':
    case 'hard-sigmoid':
    case 'silu':
    case 'gelu':
      return addActivation(builder, node.op, { input, name });
    case 'max-pool':
      return addMaxPool(builder, node, { input, name });
    case 'mean-pool':
      return builder.mean(name, input, [1, 2]);
    case 'upsample': {
      const size = builder.wholes(`${name}.size`, [node.shape.height, node.shape.width]);
      const isBilinear = node.interpolation === 'bilinear';
      return builder.add(isBilinear ? 'ResizeBilinear' : 'ResizeNearestNeighbor', [input, size], {
        name,
        align_corners: { b: false },
        half_pixel_centers: { b: isBilinear },
      });
    }
    case 'layer-norm':
      return addLayerNorm(builder, node, { input, name });
    case 'scale-norm':
      return addScaleNorm(builder, node, { input, name });
    case 'scale': {
      const factor = builder.floats(`${name}.factor`, [node.factor.length], node.factor);
      return builder.add('Mul', [input, factor], { name });
    }
    case 'shift': {
      const map = builder.floats(`${name}.map`, node.map.shape, node.map.data);
      return builder.add('AddV2', [input, map], { name });
    }
    case 'attention':
      return addAttention(builder, node, { input, name });
    case 'gated-attention':
      return addGatedAttention(builder, node, { input, name });
    case 'flatten':
      return addFlatten(builder, node, { input, name });
    case 'concat': {
      const axis = builder.whole(`${name}.axis`, -1);
      return builder.add('ConcatV2', [...inputs, axis], { name, N: { i: inputs.length } });
    }
    case 'multiply':
      return builder.add('Mul', inputs, { name });
    case 'add':
      return builder.add('AddV2', inputs, { name });
  }
}

function addMaxPool(
  builder: GraphDefBuilder,
  { kernelSize, stride }: NodeOf<'max-pool'>,
  { input, name }: TfjsPlaces,
): string {
  // at stride 2 zeros never win over what a ReLU gave
  const source =
    stride === 1 ? input : builder.zeroPad(`${name}.padded`, input, (kernelSize - 1) / 2);
  return builder.add('MaxPool', [source], {
    name,
    ksize: integersAttribute([1, kernelSize, kernelSize, 1]),
    strides: integersAttribute([1, stride, stride, 1]),
    padding: textAttribute(stride === 1 ? 'SAME' : 'VALID'),
    data_format: textAttribute('NHWC'),
  });
}
