import type { FusedNode } from './fuse-activations.ts';
import { integersAttribute, textAttribute, textsAttribute } from './graph-def.ts';
import type { GraphDefBuilder } from './graph-def-builder.ts';
import type { TfjsPlaces } from './add-attention.ts';

/** Adds a convolution with its bias and the activation that follows it, as one operation. */
export function addConvolution(
  builder: GraphDefBuilder,
  node: Extract<FusedNode, { op: 'convolution' | 'depthwise' }>,
  { input, name }: TfjsPlaces,
): string {
  const { op, kernel, bias, stride, activation } = node;
  const margin = marginOf(node);
  const type = op === 'depthwise' ? 'FusedDepthwiseConv2dNative' : '_FusedConv2D';
  const weights = [
    builder.floats(`${name}.kernel`, kernel.shape, kernel.data),
    builder.floats(`${name}.bias`, [bias.length], bias),
  ];
  const activations = { relu: 'Relu', relu6: 'Relu6' } as const;
  const source = margin === 0 ? input : builder.zeroPad(`${name}.padded`, input, margin);
  return builder.add(type, [source, ...weights], {
    name,
    strides: integersAttribute([1, stride, stride, 1]),
    dilations: integersAttribute([1, 1, 1, 1]),
    padding: textAttribute(margin === 0 ? 'SAME' : 'VALID'),
    data_format: textAttribute('NHWC'),
    fused_ops: textsAttribute(['BiasAdd', ...(activation ? [activations[activation]] : [])]),
    num_args: { i: 1 },
  });
}

/** How many zeros are put on every side, where SAME would put them elsewhere. */
function marginOf({
  kernel,
  stride,
  padding,
}: Extract<FusedNode, { op: 'convolution' | 'depthwise' }>): number {
  if (typeof padding === 'number') return padding;
  return padding === 'symmetric' && stride > 1 ? (kernel.shape[0]! - 1) / 2 : 0;
}

/** Adds a deconvolution. The size of its output is an input, and the batch is only known when it runs. */
export function addDeconvolution(
  builder: GraphDefBuilder,
  { kernel, bias, shape }: Extract<FusedNode, { op: 'deconvolution' }>,
  { input, name }: TfjsPlaces,
): string {
  const int = { type: 'DT_INT32' };
  const inputShape = builder.add('Shape', [input], { name: `${name}.input_shape`, out_type: int });
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
  const convolved = builder.add('Conv2DBackpropInput', [outputShape, weights, input], {
    name: `${name}.convolved`,
    strides: integersAttribute([1, 2, 2, 1]),
    dilations: integersAttribute([1, 1, 1, 1]),
    padding: textAttribute('SAME'),
    data_format: textAttribute('NHWC'),
  });
  const biasName = builder.floats(`${name}.bias`, [bias.length], bias);
  return builder.add('AddV2', [convolved, biasName], { name });
}
