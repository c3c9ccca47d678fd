import { realpathSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import util from 'node:util';
import type * as tfjs from '@tensorflow/tfjs';
import type { NativeCollectives } from '../collectives/native-collectives.ts';

/** The addon's JavaScript face; the part of it that this package uses. */
interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_UINT8: number;
  readonly TF_BOOL: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_Version: string;
  /** Operations over several processes; only in an addon that was compiled here, on Linux. */
  readonly collectives?: NativeCollectives;
  /** Empty if TensorFlow has the addon's own operations, else why not; only in an addon that was compiled here, on Linux. */
  readonly ownOperations?: string;
  /** See `UpdateVariables`; as above. */
  readonly applyUpdates?: UpdateVariables;
}

/** An attribute of a TensorFlow operation. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What is the same for all variables of an optimizer step. */
export interface VariablesUpdate {
  /** Of Nesterov's momentum. */
  readonly usesNesterov: boolean;
  /** Ids of the operation's scalars before the gradient. */
  readonly before: Int32Array;
  /** And behind it. */
  readonly after: Int32Array;
  /** How many numbers a row has. */
  readonly columns: number;
}

/**
 * One optimizer step over many variables, in one call of the addon: for each, the weight is multiplied by a factor, let
 * go of by tfjs, updated in place by an operation, and read again.
 *
 * @param rows - for each variable: the weight's id, or -1 where only the resource has the value; 1 if that id is deleted
 * first; the factor's id, or -1; the gradient's; the resource's handle; the slots' handles.
 * @returns the ids of the new values, in order.
 */
export type UpdateVariables = (
  operation: string,
  update: VariablesUpdate,
  rows: Int32Array,
) => Int32Array;

/** What the native backend knows of a tensor's data. */
export interface NativeTensorData {
  shape: number[];
  /** TensorFlow's number for the dtype, which may differ from what tfjs calls it. */
  dtype: number;
  /** The native handle, or -1 while the data is still in `values`. */
  id: number;
  values: tfjs.TypedArray | null;
  refCount: number;
}

/** tfjs-node's backend: the doors through which operations reach TensorFlow. */
export interface NativeBackend extends tfjs.KernelBackend {
  /** Replaced while operations are profiled: read it again for each call. */
  binding: Binding & {
    executeOp(
      name: string,
      attributes: readonly OpAttribute[],
      inputIds: readonly number[],
      outputs: number,
    ): NativeMetadata[];
    createTensor(shape: readonly number[], dtype: number, values: tfjs.TypedArray): number;
    deleteTensor(id: number): void;
    tensorDataSync(id: number): tfjs.TypedArray;
  };
  readonly isUsingGpuDevice: boolean;
  /** Native tensors alive, those that tfjs does not know included. */
  getNumOfTFTensors(): number;
  readonly tensorMap: tfjs.DataStorage<NativeTensorData>;
  readSync(dataId: object): tfjs.BackendValues;
  getInputTensorIds(tensors: readonly tfjs.TensorInfo[]): number[];
  createOutputTensor(metadata: NativeMetadata): tfjs.Tensor;
  executeSingleOutput: (
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly tfjs.TensorInfo[],
  ) => tfjs.Tensor;
  executeMultipleOutputs: (...call: OperationCall) => tfjs.Tensor[];
}

/** What is passed to run an operation with several outputs. */
export type OperationCall = readonly [
  name: string,
  attributes: readonly OpAttribute[],
  inputs: readonly tfjs.TensorInfo[],
  outputs: number,
];

/** One output of an operation, as the addon hands it over. */
export interface NativeMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/**
 * Loads tfjs-node on an addon that lies outside its package, and makes it the backend.
 *
 * @param tfjsNode - the folder of the package, in `node_modules` or in the user's cache.
 * @param addonPath - the compiled addon, its libraries beside it.
 */
export function loadNativeBackend(
  tfjsNode: string,
  addonPath: string,
): {
  tf: typeof tfjs;
  backend: NativeBackend;
} {
  restoreRemovedUtil();
  const require = createRequire(import.meta.url);
  provideImports(tfjsNode, addonPath);
  require(join(tfjsNode, 'dist/index.js'));
  const tf = require('@tensorflow/tfjs') as typeof tfjs;
  return { tf, backend: tf.backend() as NativeBackend };
}

/** tfjs-node 4.22 calls functions that Node 23 removed. */
function restoreRemovedUtil(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  legacy['isArray'] ??= Array.isArray;
}

/**
 * Gives the files of tfjs-node the packages that they require from here, for where that package lies
 * in the user's cache there is no `node_modules`, and there must be one TensorFlow.js. It asks
 * node-pre-gyp where its addon is, and nothing else: that answer is given without node-pre-gyp.
 */
function provideImports(tfjsNode: string, addonPath: string): void {
  const require = createRequire(import.meta.url);
  const requireOfTfjs = createRequire(require.resolve('@tensorflow/tfjs'));
  const provided: Readonly<Record<string, () => unknown>> = {
    '@mapbox/node-pre-gyp': () => ({ find: () => addonPath }),
    '@tensorflow/tfjs': () => require('@tensorflow/tfjs'),
    '@tensorflow/tfjs-core': () => requireOfTfjs('@tensorflow/tfjs-core'),
    'google-protobuf': () => require('google-protobuf'),
    progress: () => require('progress'),
  };
  const folder = realpathSync(tfjsNode) + sep;
  const modules = Module.prototype as unknown as {
    require: (this: NodeJS.Module, id: string) => unknown;
  };
  const requireAsEver = modules.require;
  modules.require = function (id) {
    const provide = this.filename?.startsWith(folder) ? provided[id] : undefined;
    return provide === undefined ? requireAsEver.call(this, id) : provide();
  };
}
