import { readFileSync } from 'node:fs';
import type { BackendChoice } from './loading/backend-choice.ts';
import { resolveBackend } from './loading/backend-choice.ts';
import { wasmNotice } from './loading/wasm-notice.ts';
import type { WebgpuAdapter } from './loading/webgpu-adapter.ts';
import { nameAdapter, readWebgpuAdapter } from './loading/webgpu-adapter.ts';
import { webgpuNotice } from './loading/webgpu-notice.ts';
import type { EngineKind, Precision } from './precision/available-precisions.ts';
import { choosePrecision } from './precision/choose-precision.ts';
import { unavailableReasons } from './provisioning/engine-unavailable.ts';
import { engineVariant, locateEngine } from './provisioning/locate-engine.ts';
import { findNvidiaDriver } from './provisioning/nvidia-driver.ts';
import { tensorflowRelease, tfjsVersion } from './provisioning/tensorflow-release.ts';

/** The instruction sets that TensorFlow chooses its kernels by; another one rounds differently. */
const instructionSets: readonly string[] = [
  'avx',
  'avx2',
  'fma',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'amx_bf16',
  'amx_int8',
  'asimd',
  'sve',
  'bf16',
  'i8mm',
];

/**
 * Everything about the engine and the machine that decides the numbers that `loadEngine` would
 * compute here, without loading it: `engine`, `precision`, `platform`, and `gpu` where it computes on one.
 *
 * @param options.backend - as for `loadEngine`.
 * @param options.precision - as for `loadEngine`; `auto` becomes what it comes to here.
 * @param options.provision - sets up a missing engine first, with progress on standard error;
 * otherwise the engine that setting up should give is told.
 * @throws {LimberError} as `loadEngine` where WebGPU is asked for and cannot be had.
 */
export async function readEngineEnvironment(options: {
  readonly backend?: BackendChoice;
  readonly precision: Precision | 'auto';
  readonly provision: boolean;
}): Promise<Readonly<Record<string, string>>> {
  const choice = resolveBackend(options.backend ?? 'auto');
  const mayBeNative = choice === 'auto' || choice === 'native';
  let location = locateEngine();
  const isUnknown = location.state !== 'ready' && unavailableReasons() === undefined;
  if (mayBeNative && isUnknown && options.provision) {
    await (await import('./setup.ts')).setup();
    location = locateEngine();
  }
  const kind = kindOf(choice, location.state === 'ready' || unavailableReasons() === undefined);
  const version =
    location.state === 'ready' ? location.engine.manifest.tensorflowVersion : tensorflowRelease;
  const installed = location.state === 'ready' ? location.engine : undefined;
  const precision =
    options.precision === 'auto'
      ? await choosePrecision('auto', kind, installed)
      : options.precision;
  const gpus = await gpusOf(kind);
  const engine = {
    'native-cpu': `native TensorFlow ${version}`,
    'native-cuda': `CUDA TensorFlow ${version}`,
    wasm: `WebAssembly TensorFlow.js ${tfjsVersion}`,
    webgpu: `WebGPU TensorFlow.js ${tfjsVersion}`,
    javascript: `TensorFlow.js ${tfjsVersion}`,
  }[kind];
  return {
    engine,
    precision,
    platform: [process.platform, process.arch, ...readInstructionSets()].join(' '),
    ...(gpus.length > 0 ? { gpu: [...new Set(gpus)].sort().join(', ') } : {}),
  };
}

/** Those that decide the numbers. */
async function gpusOf(kind: EngineKind): Promise<readonly string[]> {
  switch (kind) {
    case 'native-cuda':
      return findNvidiaDriver()?.gpus ?? [];
    case 'webgpu':
      return [nameAdapter(await adapterOfThisMachine())];
    case 'native-cpu':
    case 'wasm':
    case 'javascript':
      return [];
  }
}

let adapter: Promise<WebgpuAdapter> | undefined;

/** Asked once in a process: opening a graphics processor takes a while. */
function adapterOfThisMachine(): Promise<WebgpuAdapter> {
  adapter ??= readWebgpuAdapter();
  return adapter;
}

/**
 * The line for a person, if `loadEngine` would take WebGPU here, or another engine than the native one without being
 * asked to.
 *
 * @param backend - as for `loadEngine`.
 */
export async function noticeOfEngine(backend: BackendChoice = 'auto'): Promise<string | undefined> {
  const choice = resolveBackend(backend);
  if (choice === 'webgpu') return webgpuNotice(await adapterOfThisMachine());
  const because = unavailableReasons();
  const isFallback = choice === 'auto' && because !== undefined && locateEngine().state !== 'ready';
  return isFallback ? wasmNotice(because) : undefined;
}

/** @param hasNative - whether the native engine is there, or setting it up should give it. */
function kindOf(choice: BackendChoice, hasNative: boolean): EngineKind {
  const native = engineVariant() === 'cuda' ? 'native-cuda' : 'native-cpu';
  switch (choice) {
    case 'auto':
      return hasNative ? native : 'wasm';
    case 'native':
      return native;
    case 'wasm':
    case 'webgpu':
    case 'javascript':
      return choice;
  }
}

function readInstructionSets(): string[] {
  try {
    return instructionSetsIn(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return [];
  }
}

/** Those of a processor that decide how TensorFlow computes, from the text of `/proc/cpuinfo`. */
export function instructionSetsIn(cpuInfo: string): string[] {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuInfo)?.[1] ?? '';
  const flags = new Set(line.split(/\s+/));
  return instructionSets.filter((name) => flags.has(name));
}
