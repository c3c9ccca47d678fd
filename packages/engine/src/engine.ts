import { availableProcessors, LimberError } from '@limber/files';
import type * as tfjs from '@tensorflow/tfjs';
import { checkNetwork } from './collectives/check-network.ts';
import type { Collectives } from './collectives/collectives.ts';
import { createCollectives } from './collectives/collectives.ts';
import { loadAsRank } from './collectives/load-as-rank.ts';
import type { RankOptions } from './collectives/rank-options.ts';
import { isRecording } from './kernels/backpropagation.ts';
import { registerKernels } from './kernels/register-kernels.ts';
import { synchronizeBatchNormalization } from './kernels/synchronized-batch-normalization.ts';
import { loadJavascriptBackend } from './loading/javascript-backend.ts';
import type { BackendChoice } from './loading/backend-choice.ts';
import { resolveBackend } from './loading/backend-choice.ts';
import { loadFastestWasmBackend } from './loading/fastest-wasm-backend.ts';
import { keepTensorsInMaps } from './loading/keep-tensors-in-maps.ts';
import type { NativeBackend } from './loading/native-backend.ts';
import { loadNativeBackend } from './loading/native-backend.ts';
import { nativeEnvironment } from './loading/native-environment.ts';
import { relaxHeapGrowth } from './loading/relax-heap-growth.ts';
import type { WasmBackend } from './loading/wasm-backend.ts';
import { wasmNotice } from './loading/wasm-notice.ts';
import type { WebgpuAdapter } from './loading/webgpu-adapter.ts';
import { loadWebgpuBackend } from './loading/webgpu-backend.ts';
import { webgpuNotice } from './loading/webgpu-notice.ts';
import type { EngineKind, Precision } from './precision/available-precisions.ts';
import type { Autocast } from './precision/autocast.ts';
import { enableAutocast } from './precision/autocast.ts';
import { choosePrecision } from './precision/choose-precision.ts';
import { agreeOnPrecision } from './collectives/agree-on-precision.ts';
import { noGpuDevice } from './provisioning/gpu-device.ts';
import { locateEngine } from './provisioning/locate-engine.ts';
import { findNvidiaDriver } from './provisioning/nvidia-driver.ts';
import type { OnProgress } from './provisioning/installation.ts';
import type { InstalledEngine } from './provisioning/installed-engine.ts';
import { provision } from './provisioning/provision.ts';
import { findTfjsNode } from './provisioning/tfjs-node-package.ts';
import { registerJavascriptKernels } from './array-kernels/register-javascript-kernels.ts';
import { registerWasmKernels } from './array-kernels/register-wasm-kernels.ts';
import { registerWebgpuKernels } from './composed-kernels/register-webgpu-kernels.ts';

/** TensorFlow in this process. */
export interface Engine {
  /** TensorFlow.js; ordinary tf.layers models get the engine's kernels without being changed. */
  readonly tf: typeof tfjs;
  readonly kind: EngineKind;
  /** Version of the native library, null without it. */
  readonly tensorflowVersion: string | null;
  /**
   * Threads within an operation; null for the JavaScript backend and for WebGPU. On the native engine results are
   * reproducible for one number of threads only, on WebAssembly they are the same for each.
   */
  readonly threads: number | null;
  readonly precision: Precision;
  /** tfjs-node's backend, null on other engines. */
  readonly native: NativeBackend | null;
  /** tfjs's WebAssembly backend, null on other engines. */
  readonly wasm: WasmBackend | null;
  /** What WebGPU computes on, null on other engines. With it a tensor is read by `await tensor.data()` only. */
  readonly webgpu: WebgpuAdapter | null;
  /** Operations over all processes of one training; null in a process that trains alone. */
  readonly collectives: Collectives | null;
  /**
   * Runs something in float32 whatever the precision: metrics, statistics, an optimizer of one's own.
   * A tensor that is bfloat16 inside TensorFlow is cast to float32 as it is used.
   *
   * @param run - it must not be asynchronous: what follows an `await` runs in the engine's precision.
   * @returns what `run` returns.
   */
  withoutAutocast<T>(run: () => T): T;
  /**
   * Operations that compute in float32 in spite of bf16-mixed, because TensorFlow's bfloat16 kernels
   * are wrong for their shapes: `Conv2D [8, 256, 192, 3] [7, 7, 3, 64]`. It grows as they first run.
   */
  readonly inFloat32: readonly string[];
}

/** How the engine is loaded. */
export interface LoadEngineOptions {
  /** Threads within an operation; by default all processors, or those of the container's quota. */
  readonly threads?: number;
  /** Whether a missing native engine may be installed now. */
  readonly provision?: boolean;
  /** `auto` takes bf16-mixed where that was measured to be faster. */
  readonly precision?: Precision | 'auto';
  /**
   * What computes. `auto` is TensorFlow's native library, and where it cannot be had WebAssembly, with a line that
   * says so; the environment variable `LIMBER_ENGINE` changes what it means. `webgpu` computes on any graphics
   * processor and needs optional packages. `javascript` is thousands of times slower.
   */
  readonly backend?: BackendChoice;
  /** What makes this process one of several that train together; null: it trains alone. Needs the native engine. */
  readonly ranks?: RankOptions | null;
  /** Which of the processes of this machine that share its GPUs this is, from 0: it takes the visible one of that number, or the only one. */
  readonly localRank?: number;
  readonly onProgress?: OnProgress;
}

let loaded: { readonly options: string; readonly engine: Promise<Engine> } | undefined;

/**
 * Loads TensorFlow, installing it first where it is missing. There is one engine per process: the
 * native library reads its threads once.
 *
 * @throws {LimberError} `already-loaded` if called again with other threads, precision or backend;
 * `not-provisioned` with `provision: false` and no engine in the cache, or if the native one is asked for and
 * cannot be set up, or the packages of WebGPU are missing; `invalid-argument` for a `LIMBER_ENGINE` that there is
 * not, and for ranks on a network that others may reach; `unsupported-platform` for ranks on another engine;
 * `rank-lost` if the port is taken; `gpu-unavailable` if there is a GPU that TensorFlow does not use, with its reasons, unless
 * `CUDA_VISIBLE_DEVICES=-1` hides it, and if WebGPU finds none.
 */
export function loadEngine({
  threads = availableProcessors(),
  provision = true,
  precision = '32',
  backend = 'auto',
  ranks = null,
  localRank = 0,
  onProgress = () => {},
}: LoadEngineOptions = {}): Promise<Engine> {
  const options = JSON.stringify({
    threads,
    precision,
    backend,
    ...(ranks && { ranks }),
    ...(localRank > 0 && { localRank }),
  });
  if (loaded !== undefined) {
    if (loaded.options === options) return loaded.engine;
    throw new LimberError('already-loaded', {
      what: `The engine is already loaded with ${loaded.options}, got ${options}`,
      fix: 'TensorFlow reads these once per process: load it with one set of options.',
    });
  }
  if (!Number.isInteger(threads) || threads < 1) {
    const expected = 'a whole number of at least 1';
    const problem = { where: 'threads', what: '', expected, got: `${threads}` };
    throw new LimberError('invalid-argument', problem);
  }
  const engine = load({ threads, provision, precision, backend, ranks, localRank, onProgress });
  loaded = { options, engine };
  engine.catch(() => {
    loaded = undefined;
  });
  return engine;
}

async function load(options: Required<LoadEngineOptions>): Promise<Engine> {
  if (options.ranks !== null) checkNetwork(options.ranks.isNetworkTrusted);
  const found = await findEngine(options);
  if (options.ranks !== null && found.type !== 'native') throw noRanks(found.type);
  switch (found.type) {
    case 'native':
      return loadNative(found.engine, options);
    case 'wasm':
      return loadWasm(found.because, options);
    case 'webgpu':
      return loadWebgpu(options);
    case 'javascript':
      return loadJavascript(options);
  }
}

async function loadNative(
  installed: InstalledEngine,
  options: Required<LoadEngineOptions>,
): Promise<Engine> {
  const usesCuda = installed.manifest.variant === 'cuda';
  const gpus = usesCuda ? (findNvidiaDriver()?.gpus ?? []) : [];
  const { ranks } = options;
  Object.assign(process.env, nativeEnvironment(process.env, { ...options, usesCuda }));
  relaxHeapGrowth();
  const { tf, backend } = loadAsRank(ranks, () =>
    loadNativeBackend(findTfjsNode()!, installed.addonPath),
  );
  keepTensorsInMaps(tf, backend);
  if (usesCuda && !backend.isUsingGpuDevice) throw await noGpuDevice(installed.addonPath, gpus);
  const kind = backend.isUsingGpuDevice ? 'native-cuda' : 'native-cpu';
  const usesGpu = backend.isUsingGpuDevice;
  const collectives = ranks === null ? null : createCollectives(tf, backend, { ...ranks, usesGpu });
  const precision = await agreeOnPrecision(tf, collectives, () =>
    choosePrecision(options.precision, kind, installed),
  );
  const registry = registerKernels(tf, backend);
  const { castPolicies: policies } = registry;
  if (collectives !== null && ranks?.syncBatchnorm === true) {
    synchronizeBatchNormalization(registry, collectives);
  }
  const autocast =
    precision === 'bf16-mixed'
      ? enableAutocast(backend, { policies, isRecording: () => isRecording(tf) })
      : noAutocast;
  return {
    tf,
    kind,
    tensorflowVersion: installed.manifest.tensorflowVersion,
    threads: options.threads,
    precision,
    native: backend,
    wasm: null,
    webgpu: null,
    collectives,
    ...autocast,
  };
}

async function loadWasm(
  because: readonly string[],
  options: Required<LoadEngineOptions>,
): Promise<Engine> {
  if (because.length > 0) process.stderr.write(`${wasmNotice(because)}\n`);
  const precision = await choosePrecision(options.precision, 'wasm', undefined);
  relaxHeapGrowth();
  const { tf, backend, threads } = await loadFastestWasmBackend(options.threads);
  registerWasmKernels(tf, backend);
  return { ...notNative, tf, kind: 'wasm', threads, precision, wasm: backend };
}

async function loadWebgpu(options: Required<LoadEngineOptions>): Promise<Engine> {
  const precision = await choosePrecision(options.precision, 'webgpu', undefined);
  const { tf, adapter } = await loadWebgpuBackend();
  process.stderr.write(`${webgpuNotice(adapter)}\n`);
  registerWebgpuKernels(tf);
  return { ...notNative, tf, kind: 'webgpu', threads: null, precision, webgpu: adapter };
}

async function loadJavascript(options: Required<LoadEngineOptions>): Promise<Engine> {
  const precision = await choosePrecision(options.precision, 'javascript', undefined);
  const tf = await loadJavascriptBackend();
  registerJavascriptKernels(tf);
  return { ...notNative, tf, kind: 'javascript', threads: null, precision };
}

const noAutocast: Autocast = { withoutAutocast: (run) => run(), inFloat32: [] };

const notNative = {
  tensorflowVersion: null,
  native: null,
  wasm: null,
  webgpu: null,
  collectives: null,
  ...noAutocast,
};

function noRanks(got: string): LimberError {
  return new LimberError('unsupported-platform', {
    where: 'ranks',
    what: 'training over several processes',
    expected: "the native engine on Linux, compiled against TensorFlow's wheel",
    got,
    fix: 'Run `limber setup` to see why there is none, or train in one process.',
  });
}

type FoundEngine =
  | { readonly type: 'native'; readonly engine: InstalledEngine }
  /** @param because - why there is no native one; empty where this one was asked for. */
  | { readonly type: 'wasm'; readonly because: readonly string[] }
  | { readonly type: 'webgpu' }
  | { readonly type: 'javascript' };

async function findEngine(options: Required<LoadEngineOptions>): Promise<FoundEngine> {
  const backend = resolveBackend(options.backend);
  if (backend === 'javascript' || backend === 'webgpu') return { type: backend };
  if (backend === 'wasm') return { type: 'wasm', because: [] };
  const found = options.provision ? await provision(options.onProgress) : locateNative();
  if (found.type === 'native') return found;
  if (backend === 'auto') return { type: 'wasm', because: found.because };
  throw new LimberError('not-provisioned', {
    what: `No native TensorFlow could be set up: ${found.because.join('; ')}`,
    fix: 'Run `limber doctor` to see what to install, or let LIMBER_ENGINE be wasm.',
  });
}

function locateNative(): FoundEngine & { type: 'native' } {
  const found = locateEngine();
  if (found.state === 'ready') return { type: 'native', engine: found.engine };
  throw new LimberError('not-provisioned', {
    what: `No native TensorFlow in ${found.folder}`,
    fix: 'Run `limber setup`.',
  });
}
