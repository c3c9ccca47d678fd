import type { Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import type { Float64Tensor } from './float64-array.suite.ts';

/** An operation whose values and gradients are compared with those of a plain one in float64. */
export interface CheckedOperation {
  readonly name: string;
  /** Shapes of the inputs, all of which it is differentiated by. */
  readonly inputs: readonly (readonly number[])[];
  /** Changes the random numbers in (-1, 1) that the inputs have otherwise. */
  readonly prepare?: (value: number, input: number) => number;
  /** For operations that choose among their inputs: no two numbers are near each other. */
  readonly isChoosing?: boolean;
  /** For what no model is differentiated through; not every engine has its gradient. */
  readonly hasNoGradient?: boolean;
  readonly run: (tf: Engine['tf'], ...inputs: never[]) => Tensor;
  readonly reference: (...inputs: readonly Float64Tensor[]) => Float64Tensor;
  /** Of the values and gradients, as a part of the largest; by default what float32 sums come to. */
  readonly tolerance?: number;
}
