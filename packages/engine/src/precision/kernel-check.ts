import type { TensorInfo } from '@tensorflow/tfjs';
import type { NativeBackend, OpAttribute } from '../loading/native-backend.ts';
import { bfloat16, castAttributes } from './bfloat16.ts';

/** An operation as it is about to run. */
interface CheckedCall {
  readonly name: string;
  /** With attribute `T` of float32. */
  readonly attributes: readonly OpAttribute[];
  readonly inputs: readonly TensorInfo[];
  /** The native handles of `inputs`. */
  readonly ids: readonly number[];
  /** The whole numbers among the inputs: the shape of a gradient's result. */
  readonly sizes: readonly number[];
  /** Positions of the inputs that are cast. */
  readonly typed: readonly number[];
}

/** Finds out for which shapes TensorFlow's bfloat16 kernels compute something else than float32 ones. */
export interface KernelCheck {
  /** Whether an operation may run in bfloat16. Asked for the first time, it is tried on random numbers. */
  isRight(call: CheckedCall): boolean;
  /** What was found wrong: `Conv2D [8, 256, 192, 3] [7, 7, 3, 64]`, in the order of first use. */
  readonly wrong: readonly string[];
}

/**
 * A right kernel rounds its result to 8 bits; its sums are float32. Wrong ones are wrong by a tenth of
 * the largest value and more.
 */
const relativeTolerance = 2 ** -6;

/**
 * Creates the check of a backend.
 *
 * TensorFlow 2.21 on processors computes garbage for some shapes in bfloat16: convolutions of an odd
 * number of channels (an image has three), depthwise ones of more than one filter per channel, the
 * input gradient of strided convolutions of 48 channels and of strided depthwise ones, and others. So
 * each operation is compared with float32 once for each combination of shapes, before it is trusted.
 */
export function createKernelCheck(backend: NativeBackend): KernelCheck {
  const verdicts = new Map<string, boolean>();
  const wrong: string[] = [];
  return {
    wrong,
    isRight(call) {
      const { name, attributes, inputs, sizes } = call;
      const shapes = inputs.map(({ shape }) => shape);
      const key = JSON.stringify([name, attributes, shapes, sizes]);
      const known = verdicts.get(key);
      if (known !== undefined) return known;
      const isRight = !isUnsafe(call) && compare(backend, call);
      verdicts.set(key, isRight);
      const listed = `${name} ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' ')}`;
      if (!isRight && !wrong.includes(listed)) wrong.push(listed);
      return isRight;
    },
  };
}

/** Convolutions of an odd number of channels read memory that is not theirs: they are not even tried. */
function isUnsafe({ name, inputs }: CheckedCall): boolean {
  return name === 'Conv2D' && inputs[0]!.shape.at(-1)! % 2 === 1;
}

/**
 * Runs an operation on random numbers in both types. A device may have no bfloat16 kernel of it at all.
 */
function compare(backend: NativeBackend, call: CheckedCall): boolean {
  const { binding } = backend;
  const { name, attributes, inputs, ids, typed } = call;
  const float32 = binding.TF_FLOAT;
  const made: number[] = [];
  const run = (
    operation: string,
    given: readonly OpAttribute[],
    from: readonly number[],
  ): number => {
    const { id } = binding.executeOp(operation, given, from, 1)[0]!;
    made.push(id);
    return id;
  };
  const type = (attribute: string, value: number): OpAttribute => ({
    name: attribute,
    type: binding.TF_ATTR_TYPE,
    value,
  });
  const cast = (id: number, from: number, to: number): number =>
    run('Cast', castAttributes(binding, from, to), [id]);
  const seed = (value: number): OpAttribute[] =>
    ['seed', 'seed2'].map((each) => ({ name: each, type: binding.TF_ATTR_INT, value }));
  const random = (shape: readonly number[], position: number): number => {
    const lengths = binding.createTensor([shape.length], binding.TF_INT32, Int32Array.from(shape));
    made.push(lengths);
    const types = [type('T', binding.TF_INT32), type('dtype', float32)];
    return run('RandomStandardNormal', [...seed(position + 1), ...types], [lengths]);
  };
  try {
    const low = ids.map((id, position) =>
      typed.includes(position)
        ? cast(random(inputs[position]!.shape, position), float32, bfloat16)
        : id,
    );
    const high = low.map((id, position) =>
      typed.includes(position) ? cast(id, bfloat16, float32) : id,
    );
    const lowAttributes = attributes.map((each) =>
      each.name === 'T' ? { ...each, value: bfloat16 } : each,
    );
    const lowResult = tryRun(() => run(name, lowAttributes, low));
    if (lowResult === undefined) return false;
    const result = cast(lowResult, bfloat16, float32);
    const expected = run(name, attributes, high);
    return isClose(binding.tensorDataSync(result), binding.tensorDataSync(expected));
  } finally {
    for (const id of made) binding.deleteTensor(id);
  }
}

/** @returns undefined if TensorFlow refuses the operation; what float32 refuses too is thrown by that. */
function tryRun(run: () => number): number | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function isClose(actual: ArrayLike<number>, expected: ArrayLike<number>): boolean {
  let largest = 0;
  let difference = 0;
  for (let index = 0; index < expected.length; index += 1) {
    const value = expected[index]!;
    largest = Math.max(largest, Math.abs(value));
    // NaN stays, as Math.max has it
    difference = Math.max(difference, Math.abs(actual[index]! - value));
  }
  return difference <= largest * relativeTolerance;
}
