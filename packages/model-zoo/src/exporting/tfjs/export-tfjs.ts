import type { CodecConfig, Size } from '@limber/keypoints';
import type { Normalization } from '../../architectures/normalization.ts';
import type { PoseGraph } from '../graphs/pose-graph.ts';
import { inputsOf } from '../graphs/pose-graph.ts';
import type { FusedNode } from './fuse-activations.ts';
import { fuseActivations } from './fuse-activations.ts';
import { shapeAttribute, textAttribute, textsAttribute, integersAttribute } from './graph-def.ts';
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
  const [input] = inputs as [string];
  switch (node.op) {
    case 'convolution':
    case 'depthwise':
      return addConvolution(builder, node, { inputs, name });
    case 'deconvolution':
      return addDeconvolution(builder, node, { inputs, name });
    case 'relu':
      return builder.add('Relu', [input], { name });
    case 'relu6':
      return builder.add('Relu6', [input], { name });
    case 'sigmoid':
      return builder.add('Sigmoid', [input], { name });
    case 'max-pool': {
      // zeros never win over what a ReLU gave
      const sides = [0, 0, 1, 1, 1, 1, 0, 0];
      const margins = builder.wholes(`${name}.margins`, sides, [4, 2]);
      const padded = builder.add('Pad', [input, margins], { name: `${name}.padded` });
      return builder.add('MaxPool', [padded], {
        name,
        ksize: integersAttribute([1, 3, 3, 1]),
        strides: integersAttribute([1, 2, 2, 1]),
        padding: textAttribute('VALID'),
        data_format: textAttribute('NHWC'),
      });
    }
    case 'upsample': {
      const size = builder.wholes(`${name}.size`, [node.shape.height, node.shape.width]);
      const isBilinear = node.interpolation === 'bilinear';
      return builder.add(isBilinear ? 'ResizeBilinear' : 'ResizeNearestNeighbor', [input, size], {
        name,
        align_corners: { b: false },
        half_pixel_centers: { b: isBilinear },
      });
    }
    case 'flatten': {
      const axes = builder.wholes(`${name}.axes`, [0, 3, 1, 2]);
      const planes = builder.add('Transpose', [input, axes], { name: `${name}.planes` });
      const { height, width, channels } = node.shape;
      const sides = builder.wholes(`${name}.sides`, [-1, height, width, channels]);
      return builder.add('Reshape', [planes, sides], { name });
    }
    case 'add':
      return builder.add('AddV2', inputs, { name });
  }
}

type Convolution = Extract<FusedNode, { op: 'convolution' | 'depthwise' }>;

function addConvolution(
  builder: GraphDefBuilder,
  node: Convolution,
  { inputs, name }: Places,
): string {
  const { op, kernel, bias, stride, padding, activation } = node;
  const margin = (kernel.shape[0]! - 1) / 2;
  const isExplicit = padding === 'symmetric' && stride > 1 && margin > 0;
  const type = op === 'depthwise' ? 'FusedDepthwiseConv2dNative' : '_FusedConv2D';
  const weights = [
    builder.floats(`${name}.kernel`, kernel.shape, kernel.data),
    builder.floats(`${name}.bias`, [bias.length], bias),
  ];
  const activations = { relu: 'Relu', relu6: 'Relu6', sigmoid: 'Sigmoid' } as const;
  return builder.add(type, [...inputs, ...weights], {
    name,
    strides: integersAttribute([1, stride, stride, 1]),
    dilations: integersAttribute([1, 1, 1, 1]),
    padding: textAttribute(isExplicit ? 'EXPLICIT' : 'SAME'),
    ...(isExplicit
      ? { explicit_paddings: integersAttribute([0, 0, margin, margin, margin, margin, 0, 0]) }
      : {}),
    data_format: textAttribute('NHWC'),
    fused_ops: textsAttribute(['BiasAdd', ...(activation ? [activations[activation]] : [])]),
    num_args: { i: 1 },
  });
}

/** The size of the output is an input of this operation, and the batch is only known when it runs. */
function addDeconvolution(
  builder: GraphDefBuilder,
  node: Extract<FusedNode, { op: 'deconvolution' }>,
  { inputs, name }: Places,
): string {
  const { kernel, bias, shape } = node;
  const int = { type: 'DT_INT32' };
  const inputShape = builder.add('Shape', inputs, { name: `${name}.input_shape`, out_type: int });
  const part = (role: string, at: number): string => builder.wholes(`${name}.${role}`, [at]);
  const batch = builder.add(
    'StridedSlice',
    [inputShape, part('begin', 0), part('end', 1), part('stride', 1)],
    { name: `${name}.batch`, T: int, shrink_axis_mask: { i: 1 } },
  );
  const sides = [shape.height, shape.width, shape.channels].map((side, axis) =>
    builder.whole(`${name}.side.${axis}`, side),
  );
  const outputShape = builder.add('Pack', [batch, ...sides], {
    name: `${name}.output_shape`,
    T: int,
    N: { i: 4 },
    axis: { i: 0 },
  });
  const weights = builder.floats(`${name}.kernel`, kernel.shape, kernel.data);
  const convolved = builder.add('Conv2DBackpropInput', [outputShape, weights, ...inputs], {
    name: `${name}.convolved`,
    strides: integersAttribute([1, 2, 2, 1]),
    dilations: integersAttribute([1, 1, 1, 1]),
    padding: textAttribute('SAME'),
    data_format: textAttribute('NHWC'),
  });
  const biasName = builder.floats(`${name}.bias`, [bias.length], bias);
  return builder.add('AddV2', [convolved, biasName], { name });
}
