import { availableProcessors, LimberError } from '@limber/files';
import type * as tfjs from '@tensorflow/tfjs';
import { isRecording } from './kernels/backpropagation.ts';
import { registerKernels } from './kernels/register-kernels.ts';
import { loadJavascriptBackend } from './loading/javascript-backend.ts';
import { javascriptWarning } from './loading/javascript-warning.ts';
import type { NativeBackend } from './loading/native-backend.ts';
import { loadNativeBackend } from './loading/native-backend.ts';
import { nativeEnvironment } from './loading/native-environment.ts';
import { relaxHeapGrowth } from './loading/relax-heap-growth.ts';
import type { EngineKind, Precision } from './precision/available-precisions.ts';
import type { Autocast } from './precision/autocast.ts';
import { enableAutocast } from './precision/autocast.ts';
import { choosePrecision } from './precision/choose-precision.ts';
import { noGpuDevice } from './provisioning/gpu-device.ts';
import { locateEngine } from './provisioning/locate-engine.ts';
import { findNvidiaDriver } from './provisioning/nvidia-driver.ts';
import type { OnProgress } from './provisioning/installation.ts';
import type { Provision } from './provisioning/provision.ts';
import { provision } from './provisioning/provision.ts';
import { findTfjsNode } from './provisioning/tfjs-node-package.ts';

/** TensorFlow in this process. */
export interface Engine {
  /** TensorFlow.js; ordinary tf.layers models get the engine's kernels without being changed. */
  readonly tf: typeof tfjs;
  readonly kind: EngineKind;
  /** Version of the native library, null for the JavaScript backend. */
  readonly tensorflowVersion: string | null;
  /** Threads within an operation. Results are reproducible for one number of threads only. */
  readonly threads: number | null;
  readonly precision: Precision;
  /** tfjs-node's backend, null for the JavaScript backend. */
  readonly native: NativeBackend | null;
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
  /** `javascript` computes without TensorFlow's native library: slow, and the same everywhere. */
  readonly backend?: 'auto' | 'javascript';
  readonly onProgress?: OnProgress;
}

let loaded: { readonly options: string; readonly engine: Promise<Engine> } | undefined;

/**
 * Loads TensorFlow, installing it first where it is missing. There is one engine per process: the
 * native library reads its threads once.
 *
 * @throws {LimberError} `already-loaded` if called again with other threads, precision or backend;
 * `not-provisioned` with `provision: false` and no engine in the cache; `gpu-unavailable` if there is a
 * GPU that TensorFlow does not use, with its reasons, unless `CUDA_VISIBLE_DEVICES=-1` hides it.
 */
export function loadEngine({
  threads = availableProcessors(),
  provision = true,
  precision = '32',
  backend = 'auto',
  onProgress = () => {},
}: LoadEngineOptions = {}): Promise<Engine> {
  const options = JSON.stringify({ threads, precision, backend });
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
  const engine = load({ threads, provision, precision, backend, onProgress });
  loaded = { options, engine };
  engine.catch(() => {
    loaded = undefined;
  });
  return engine;
}

async function load(options: Required<LoadEngineOptions>): Promise<Engine> {
  const found = await findEngine(options);
  if (found.type === 'javascript') {
    if (found.because.length > 0) process.stderr.write(`${javascriptWarning(found.because)}\n`);
    const precision = await choosePrecision(options.precision, 'javascript', undefined);
    const tf = await loadJavascriptBackend();
    return {
      tf,
      kind: 'javascript',
      tensorflowVersion: null,
      threads: null,
      precision,
      native: null,
      ...noAutocast,
    };
  }
  const usesCuda = found.engine.manifest.variant === 'cuda';
  const gpus = usesCuda ? (findNvidiaDriver()?.gpus ?? []) : [];
  Object.assign(process.env, nativeEnvironment(process.env, { ...options, usesCuda }));
  relaxHeapGrowth();
  const { tf, backend } = loadNativeBackend(findTfjsNode()!, found.engine.addonPath);
  if (usesCuda && !backend.isUsingGpuDevice) throw await noGpuDevice(found.engine.addonPath, gpus);
  const kind = backend.isUsingGpuDevice ? 'native-cuda' : 'native-cpu';
  const precision = await choosePrecision(options.precision, kind, found.engine);
  const { castPolicies: policies } = registerKernels(tf, backend);
  const autocast =
    precision === 'bf16-mixed'
      ? enableAutocast(backend, { policies, isRecording: () => isRecording(tf) })
      : noAutocast;
  return {
    tf,
    kind,
    tensorflowVersion: found.engine.manifest.tensorflowVersion,
    threads: options.threads,
    precision,
    native: backend,
    ...autocast,
  };
}

const noAutocast: Autocast = { withoutAutocast: (run) => run(), inFloat32: [] };

async function findEngine(options: Required<LoadEngineOptions>): Promise<Provision> {
  if (options.backend === 'javascript') return { type: 'javascript', because: [] };
  if (options.provision) return provision(options.onProgress);
  const found = locateEngine();
  if (found.state === 'ready') return { type: 'native', engine: found.engine };
  throw new LimberError('not-provisioned', {
    what: `No native TensorFlow in ${found.folder}`,
    fix: 'Run `limber setup`.',
  });
}
