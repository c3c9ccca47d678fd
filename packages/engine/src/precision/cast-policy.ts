/**
 * How one operation behaves under mixed precision. Inputs are meant that carry the type attribute
 * and are floating point; all others stay as they are.
 *
 * - `low`: they are cast to bfloat16, because the operation gains most from it.
 * - `follow`: they are cast to bfloat16 if one of them is so already.
 * - `promote`: bfloat16 only if all of them are so already, else float32.
 * - `float32`: they are cast to float32; so is every operation that is not listed.
 */
export interface CastPolicy {
  readonly rule: 'low' | 'follow' | 'promote' | 'float32';
  /** Positions of the inputs that carry attribute `T`; all floating-point inputs by default. */
  readonly inputs?: readonly number[];
  /** Whether a bfloat16 result is cast to float32 at once. */
  readonly isResultFloat32?: boolean;
}

const FLOAT32: CastPolicy = { rule: 'float32' };

const policies: Readonly<Record<string, CastPolicy>> = {
  Conv2D: { rule: 'low' },
  DepthwiseConv2dNative: { rule: 'low' },
  DepthwiseConv2dNativeBackpropInput: { rule: 'low' },
  DepthwiseConv2dNativeBackpropFilter: { rule: 'low', isResultFloat32: true },
  Conv2DBackpropInput: { rule: 'low' },
  // Gradients of weights are summed and applied in float32.
  Conv2DBackpropFilter: { rule: 'low', isResultFloat32: true },
  MatMul: { rule: 'low' },
  BatchMatMul: { rule: 'low' },
  BatchMatMulV2: { rule: 'low' },
  Relu: { rule: 'follow' },
  ReluGrad: { rule: 'follow' },
  Relu6: { rule: 'follow' },
  Relu6Grad: { rule: 'follow' },
  Sigmoid: { rule: 'follow' },
  SigmoidGrad: { rule: 'follow' },
  Tanh: { rule: 'follow' },
  TanhGrad: { rule: 'follow' },
  MaxPool: { rule: 'follow' },
  _MklNativeMaxPool: { rule: 'follow' },
  _MklNativeMaxPoolGrad: { rule: 'follow' },
  _MklNativeFusedBatchNormEx: { rule: 'follow', inputs: [0] },
  MaxPoolGrad: { rule: 'follow' },
  BiasAdd: { rule: 'follow' },
  // Scale, offset and statistics are of type U, which stays float32.
  FusedBatchNormV3: { rule: 'follow', inputs: [0] },
  FusedBatchNormGradV3: { rule: 'follow', inputs: [0, 1] },
  Reshape: { rule: 'follow' },
  ExtractImagePatches: { rule: 'follow' },
  Slice: { rule: 'follow', inputs: [0] },
  PadV2: { rule: 'follow', inputs: [0, 2] },
  Add: { rule: 'promote' },
  AddN: { rule: 'promote' },
  Mul: { rule: 'promote' },
  ResizeNearestNeighbor: { rule: 'follow', inputs: [0] },
  ResizeNearestNeighborGrad: { rule: 'follow', inputs: [0] },
  ConcatV2: { rule: 'promote' },
};

/** The policy of a TensorFlow operation. */
export function castPolicy(operation: string): CastPolicy {
  return policies[operation] ?? FLOAT32;
}

/**
 * The type that the typed inputs of an operation get.
 *
 * @param inputs - for each typed floating-point input, whether it is bfloat16 now.
 */
export function targetType(
  { rule }: CastPolicy,
  inputs: readonly boolean[],
): 'bfloat16' | 'float32' {
  switch (rule) {
    case 'low':
      return 'bfloat16';
    case 'follow':
      return inputs.includes(true) ? 'bfloat16' : 'float32';
    case 'promote':
      return inputs.length > 0 && !inputs.includes(false) ? 'bfloat16' : 'float32';
    case 'float32':
      return 'float32';
  }
}
