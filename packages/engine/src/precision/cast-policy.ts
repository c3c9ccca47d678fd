/**
 * How one operation behaves under mixed precision. Inputs are meant that carry the type attribute
 * and are floating point; all others stay as they are.
 *
 * - `low`: they are cast to bfloat16, because the operation gains most from it.
 * - `follow`: they are cast to bfloat16 if one of them is so already.
 * - `promote`: bfloat16 only if all of them are so already, else float32.
 * - `float32`: they are cast to float32; so is every operation without a policy.
 */
export interface CastPolicy {
  readonly rule: 'low' | 'follow' | 'promote' | 'float32';
  /** Positions of the inputs that carry attribute `T`; all floating-point inputs by default. */
  readonly inputs?: readonly number[];
  /** Whether a bfloat16 result is cast to float32 at once. */
  readonly isResultFloat32?: boolean;
}

/** Policies by the names of TensorFlow's operations. */
export type CastPolicies = Readonly<Record<string, CastPolicy>>;

/**
 * The operations that tfjs-node's own kernels run. Those of a kernel of this package stand beside the
 * kernel, in the `cast` of `setKernel`.
 */
export const tfjsCastPolicies: CastPolicies = {
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
  Relu6: { rule: 'follow' },
  Sigmoid: { rule: 'follow' },
  Tanh: { rule: 'follow' },
  MaxPool: { rule: 'follow' },
  MaxPoolGrad: { rule: 'follow' },
  Reshape: { rule: 'follow' },
  Slice: { rule: 'follow', inputs: [0] },
  PadV2: { rule: 'follow', inputs: [0, 2] },
  Add: { rule: 'promote' },
  AddN: { rule: 'promote' },
  Mul: { rule: 'promote' },
  ResizeNearestNeighbor: { rule: 'follow', inputs: [0] },
  ResizeNearestNeighborGrad: { rule: 'follow', inputs: [0] },
  ConcatV2: { rule: 'promote' },
};

/**
 * The type that the typed inputs of an operation get.
 *
 * @param policy - of the operation, undefined without one.
 * @param inputs - for each typed floating-point input, whether it is bfloat16 now.
 */
export function targetType(
  policy: CastPolicy | undefined,
  inputs: readonly boolean[],
): 'bfloat16' | 'float32' {
  switch (policy?.rule) {
    case 'low':
      return 'bfloat16';
    case 'follow':
      return inputs.includes(true) ? 'bfloat16' : 'float32';
    case 'promote':
      return inputs.length > 0 && !inputs.includes(false) ? 'bfloat16' : 'float32';
    case 'float32':
    case undefined:
      return 'float32';
  }
}
