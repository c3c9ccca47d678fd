import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs';
import { LimberError } from '@limber/files';
import type { Engine } from '../engine.ts';
import type { NamedTensors, TensorData } from './tensor-data.ts';

/** A variable under the name that it has in files. */
export interface NamedWeight {
  /** Layer and role, such as `backbone.conv1/kernel`: the same in every process and for every copy of a model. */
  readonly name: string;
  /** Owned by the model; do not dispose it. */
  readonly variable: Variable;
  /** False for what no optimizer changes, such as the running mean and variance of a batch norm. */
  readonly isTrainable: boolean;
}

/** All weights of a tf.layers model in the order of its layers, under stable names. */
export function namedWeights(model: LayersModel): NamedWeight[] {
  return model.weights.map((weight) => ({
    // `name` gets a suffix where the process has built the layer before; `originalName` never does
    name: weight.originalName,
    variable: weight.read() as Variable,
    isTrainable: weight.trainable,
  }));
}

/** The variables of a model that training changes, in the model's order, for `tf.variableGrads`. */
export function trainableVariables(model: LayersModel): Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as Variable);
}

/**
 * Reads weights from the device.
 *
 * @returns float32 tensors by name.
 */
export async function readWeights(
  weights: readonly NamedWeight[],
): Promise<Record<string, TensorData>> {
  const tensors: Record<string, TensorData> = {};
  for (const { name, variable } of weights) tensors[name] = await readTensor(variable);
  return tensors;
}

/** Reads a float32 tensor from the device. */
export async function readTensor(tensor: Tensor): Promise<TensorData> {
  return { dtype: 'F32', shape: tensor.shape, data: await tensor.data<'float32'>() };
}

/**
 * Puts tensors into weights, all of them.
 *
 * @param values.tensors - by the names of the weights.
 * @param values.source - named in messages, such as the file that the tensors came from.
 * @throws {LimberError} `corrupt-data` if a tensor is missing, unknown or of another shape; no weight is changed then.
 */
export function writeWeights(
  { tf }: Engine,
  weights: readonly NamedWeight[],
  { tensors, source }: { readonly tensors: NamedTensors; readonly source: string },
): void {
  const fail = (what: string, expected: string, got: string): never => {
    const fix = 'Is it of another model?';
    throw new LimberError('corrupt-data', { where: source, what, expected, got, fix });
  };
  for (const { name, variable } of weights) {
    const expected = `[${variable.shape.join(', ')}]`;
    const tensor = tensors[name] ?? fail(`tensor "${name}"`, expected, 'none');
    const got = `[${tensor.shape.join(', ')}]`;
    if (got !== expected) fail(`tensor "${name}" has another shape`, expected, got);
  }
  const known = new Set(weights.map(({ name }) => name));
  const unknown = Object.keys(tensors).find((name) => !known.has(name));
  if (unknown !== undefined) fail('a tensor too many', `${known.size} tensors`, `"${unknown}"`);
  tf.tidy(() => {
    for (const { name, variable } of weights) {
      variable.assign(tf.tensor(tensors[name]!.data, variable.shape, 'float32'));
    }
  });
}
