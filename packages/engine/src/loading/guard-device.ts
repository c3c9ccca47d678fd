import { setImmediate as nextTurn } from 'node:timers/promises';
import { LimberError } from '@limber/files';
import type * as tfjs from '@tensorflow/tfjs';
import type { WebgpuAdapter } from './webgpu-adapter.ts';
import { nameAdapter } from './webgpu-adapter.ts';

/** tfjs's WebGPU backend; the part of it that this package uses. */
interface WebgpuBackend extends tfjs.KernelBackend {
  readonly device: {
    readonly lost: Promise<{ readonly message: string }>;
    addEventListener(
      type: 'uncapturederror',
      listener: (event: { readonly error: { readonly message: string } }) => void,
    ): void;
  };
  /** `values` of what is in main memory. */
  readonly tensorMap: tfjs.DataStorage<{ readonly values?: tfjs.BackendValues | null }>;
  readonly bufferManager: {
    acquireBuffer: (bytes: number, ...rest: unknown[]) => unknown;
  };
  read: (dataId: object) => Promise<tfjs.BackendValues>;
  readSync: (dataId: object) => tfjs.BackendValues;
}

/**
 * Ends what WebGPU would go on with silently: a device that is lost computes nothing, and one that refuses a command,
 * such as for want of memory, leaves zeros behind. Whatever reads or allocates next throws then. A tensor that the adapter
 * cannot hold is refused before anything is computed with it.
 */
export function guardDevice(backend: tfjs.KernelBackend, adapter: WebgpuAdapter): void {
  const webgpu = backend as WebgpuBackend;
  const findFailure = watchDevice(webgpu, adapter);
  guardReads(webgpu, findFailure);
  guardAllocations(webgpu, adapter, findFailure);
}

/** Why nothing of the device is to be trusted any more; undefined while all is well. */
type FindFailure = () => LimberError | undefined;

function watchDevice({ device }: WebgpuBackend, adapter: WebgpuAdapter): FindFailure {
  const where = `WebGPU on ${nameAdapter(adapter)}`;
  let failure: LimberError | undefined;
  const awaitLoss = async (): Promise<void> => {
    const { message } = await device.lost;
    failure ??= new LimberError('gpu-unavailable', {
      where,
      what: `the device was lost (${firstLine(message)})`,
      fix: 'Run the same command again: a training goes on from its last checkpoint.',
    });
  };
  void awaitLoss();
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= new LimberError('gpu-unavailable', {
      where,
      what: `the device refused a command (${firstLine(error.message)})`,
      fix: 'If it is for want of memory, use a smaller batch or input size; else let LIMBER_ENGINE be native or wasm.',
    });
  });
  return () => failure;
}

function guardReads(backend: WebgpuBackend, findFailure: FindFailure): void {
  const stock = { read: backend.read, readSync: backend.readSync };
  backend.read = async (dataId) => {
    const values = await stock.read.call(backend, dataId).catch(async (cause: unknown) => {
      // a device that is lost refuses what waits for it first, and tells of the loss then
      await nextTurn();
      throw findFailure() ?? cause;
    });
    const failure = findFailure();
    if (failure !== undefined) throw failure;
    return values;
  };
  backend.readSync = (dataId) => {
    const { values } = backend.tensorMap.get(dataId);
    if ((values ?? null) !== null) return stock.readSync.call(backend, dataId);
    throw new LimberError('invalid-argument', {
      where: 'dataSync',
      what: 'WebGPU gives numbers only to those who wait',
      expected: 'await tensor.data()',
      got: 'a synchronous reading',
      fix: 'In a step that records gradients, log the tensor, or read it in a hook that may wait.',
    });
  };
}

function guardAllocations(
  { bufferManager }: WebgpuBackend,
  adapter: WebgpuAdapter,
  findFailure: FindFailure,
): void {
  const most = largestTensorBytes(adapter);
  const { acquireBuffer } = bufferManager;
  bufferManager.acquireBuffer = (bytes, ...rest) => {
    const failure = findFailure();
    if (failure !== undefined) throw failure;
    if (bytes > most) throw tooLarge(`a tensor of ${bytes} bytes`, adapter);
    return acquireBuffer.call(bufferManager, bytes, ...rest);
  };
}

/** The largest tensor that an adapter takes. */
export function largestTensorBytes({ maxBufferBytes, maxBindingBytes }: WebgpuAdapter): number {
  return Math.min(maxBufferBytes, maxBindingBytes);
}

/** @param what - such as `a tensor of 8 bytes`. */
export function tooLarge(what: string, adapter: WebgpuAdapter): LimberError {
  return new LimberError('limit-exceeded', {
    where: `WebGPU on ${nameAdapter(adapter)}`,
    what: `${what} is more than the adapter takes`,
    expected: `at most ${largestTensorBytes(adapter)} bytes in one tensor`,
    fix: 'Use a smaller batch or input size, or another engine.',
  });
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!.trim();
}
