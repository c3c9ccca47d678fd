import { readFileSync } from 'node:fs';
import type { Precision } from './precision/available-precisions.ts';
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
 * compute here, without loading it: `engine`, `precision`, `platform`, and `gpu` where there is one.
 *
 * @param options.precision - as for `loadEngine`; `auto` becomes what it comes to here.
 * @param options.provision - sets up a missing engine first, with progress on standard error;
 * otherwise the engine that setting up should give is told.
 */
export async function readEngineEnvironment(options: {
  readonly precision: Precision | 'auto';
  readonly provision: boolean;
}): Promise<Readonly<Record<string, string>>> {
  const isUnknown = locateEngine().state !== 'ready' && unavailableReasons() === undefined;
  if (isUnknown && options.provision) await prepareEngine();
  const location = locateEngine();
  const isJavascript = location.state !== 'ready' && unavailableReasons() !== undefined;
  const version =
    location.state === 'ready' ? location.engine.manifest.tensorflowVersion : tensorflowRelease;
  const device = engineVariant() === 'cuda' ? 'CUDA' : 'native';
  const kind = isJavascript ? 'javascript' : device === 'CUDA' ? 'native-cuda' : 'native-cpu';
  const installed = location.state === 'ready' ? location.engine : undefined;
  const precision =
    options.precision === 'auto'
      ? await choosePrecision('auto', kind, installed)
      : options.precision;
  const gpus = kind === 'native-cuda' ? (findNvidiaDriver()?.gpus ?? []) : [];
  return {
    engine: isJavascript ? `TensorFlow.js ${tfjsVersion}` : `${device} TensorFlow ${version}`,
    precision,
    platform: [process.platform, process.arch, ...readInstructionSets()].join(' '),
    ...(gpus.length > 0 ? { gpu: [...new Set(gpus)].sort().join(', ') } : {}),
  };
}

/** What goes on does so without the native engine, but not without saying why. */
async function prepareEngine(): Promise<void> {
  const { isNative, message } = await (await import('./setup.ts')).setup();
  if (!isNative) process.stderr.write(`${message}\n`);
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
