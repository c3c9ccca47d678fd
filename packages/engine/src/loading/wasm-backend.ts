import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { LimberError } from '@limber/files';
import type * as tfjs from '@tensorflow/tfjs';
import { keepListeners } from './keep-listeners.ts';
import { withWasmThreads } from './wasm-threads.ts';

/** What the WASM backend knows of a tensor's data. */
interface WasmTensorData {
  /** Never given twice; XNNPACK's operators are cached by it. */
  readonly id: number;
  /** Bytes from the start of the heap; null for strings. */
  readonly memoryOffset: number | null;
  readonly shape: readonly number[];
}

/** tfjs's WASM backend; the part of it that this package uses. */
export interface WasmBackend extends tfjs.KernelBackend {
  readonly dataIdMap: tfjs.DataStorage<WasmTensorData>;
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    /** Address of new memory, 0 if there is none. */
    _malloc: (bytes: number) => number;
    _free: (address: number) => void;
  };
  /** Allocates a tensor; its values are what was there before. */
  makeOutput(shape: readonly number[], dtype: tfjs.DataType): tfjs.TensorInfo;
  typedArrayFromHeap(tensor: tfjs.TensorInfo): tfjs.TypedArray;
}

interface WasmPackage {
  setWasmPaths(folder: string): void;
  setThreadsCount(threads: number): void;
  getThreadsCount(): number;
}

/** A WASM backend that is ready, and the threads it has. */
export interface LoadedWasm {
  readonly tf: typeof tfjs;
  readonly backend: WasmBackend;
  readonly threads: number;
}

/**
 * Loads TensorFlow.js on its WASM backend, with SIMD, in place of a WASM backend there may be.
 *
 * @param threads - at least 1.
 */
export function loadWasmBackend(threads: number): Promise<LoadedWasm> {
  return keepListeners(() => load(threads));
}

async function load(threads: number): Promise<LoadedWasm> {
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs') as typeof tfjs;
  // Our own line says it better than tfjs's advice to install a package that does not install.
  tf.enableProdMode();
  const wasm = require('@tensorflow/tfjs-backend-wasm') as WasmPackage;
  const folder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  if (tf.findBackend('wasm') !== null) replaceBackend(tf);
  wasm.setWasmPaths(join(folder, 'dist') + sep);
  wasm.setThreadsCount(threads);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', threads > 1);
  await withWasmThreads({ folder: join(folder, 'wasm-out'), threads }, () => tf.setBackend('wasm'));
  const backend = tf.backend() as WasmBackend;
  refuseToRunOut(backend);
  return { tf, backend, threads: threads > 1 ? wasm.getThreadsCount() : 1 };
}

/** Ends the backend there is; its factory makes the next one. */
function replaceBackend(tf: typeof tfjs): void {
  const factory = tf.findBackendFactory('wasm');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory, 2);
}

/** Addresses of WebAssembly are of 32 bits. */
const mostBytes = 2 ** 32;

/** Without memory the backend would go on at address 0, over its own data. */
function refuseToRunOut({ wasm }: WasmBackend): void {
  // called for the first time, Emscripten's function puts another one in its place
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = bytes < mostBytes ? allocate(bytes) : 0;
    if (address !== 0 || bytes === 0) return address;
    throw new LimberError('limit-exceeded', {
      where: 'WebAssembly',
      what: `no room for a tensor of ${bytes} bytes beside the others`,
      expected: 'at most 4 GiB in all',
      fix: 'Use a smaller batch or input size, or the native engine: run `limber doctor`.',
    });
  };
}
