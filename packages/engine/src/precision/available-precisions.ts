import { readFileSync } from 'node:fs';
import { readGpuLog } from '../provisioning/gpu-device.ts';
import { runCommand } from '../provisioning/run-command.ts';

/** What computes: TensorFlow on the processor or on an NVIDIA GPU, WebAssembly, any GPU by WebGPU, or plain JavaScript. */
export type EngineKind = 'native-cpu' | 'native-cuda' | 'wasm' | 'webgpu' | 'javascript';

/** How numbers are kept while a model trains: all float32, or convolutions in bfloat16. */
export type Precision = '32' | 'bf16-mixed';

/** Processor features that compute in bfloat16: Intel's and AMD's names, and Arm's. */
const bfloat16FeatureNames: readonly string[] = ['amx_bf16', 'avx512_bf16', 'bf16'];

/** NVIDIA's compute capability from which tensor cores take bfloat16 (Ampere). */
const bfloat16ComputeCapability = 8;

/**
 * The processor's bfloat16 features among those in the text of `/proc/cpuinfo`.
 *
 * @returns in the order of preference; empty without any.
 */
export function bfloat16Features(cpuInfo: string): string[] {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuInfo)?.[1] ?? '';
  const flags = new Set(line.split(/\s+/));
  return bfloat16FeatureNames.filter((feature) => flags.has(feature));
}

/** Reads this machine's bfloat16 features; empty where there is no `/proc/cpuinfo`. */
export function readBfloat16Features(): string[] {
  try {
    return bfloat16Features(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return [];
  }
}

/**
 * The lowest compute capability of the GPUs, as `nvidia-smi` tells it, or TensorFlow where there is no
 * such command.
 *
 * @param addonPath - of an engine; undefined where there is none yet.
 * @returns such as 9.0; null where it cannot be asked.
 */
export async function readComputeCapability(addonPath: string | undefined): Promise<number | null> {
  try {
    const output = await runCommand('nvidia-smi', [
      '--query-gpu=compute_cap',
      '--format=csv,noheader',
    ]);
    return lowestCapability(output);
  } catch {
    if (addonPath === undefined) return null;
    // what is wrong with an engine that cannot be loaded is told where it is loaded
    return readGpuLog(addonPath).then(capabilityInLog, () => null);
  }
}

/** From TensorFlow's line about each device it made: `…, name: NVIDIA H100, …, compute capability: 9.0`. */
export function capabilityInLog(lines: readonly string[]): number | null {
  const told = lines.flatMap((line) => /compute capability: ([\d.]+\d)/.exec(line)?.[1] ?? []);
  return lowestCapability(told.join(' '));
}

/** The smallest number among lines such as `9.0`; null without one. */
export function lowestCapability(output: string): number | null {
  const numbers = output
    .split(/\s+/)
    .flatMap((word) => (/^\d+\.\d+$/.test(word) ? [Number(word)] : []));
  return numbers.length === 0 ? null : Math.min(...numbers);
}

/** The precisions worth using on a machine, slowest first. */
export function availablePrecisions(
  kind: EngineKind,
  hardware: { readonly cpuFeatures: readonly string[]; readonly computeCapability: number | null },
): readonly Precision[] {
  const hasBfloat16 = {
    javascript: false,
    wasm: false,
    webgpu: false,
    'native-cpu': hardware.cpuFeatures.length > 0,
    'native-cuda': (hardware.computeCapability ?? 0) >= bfloat16ComputeCapability,
  }[kind];
  return hasBfloat16 ? ['32', 'bf16-mixed'] : ['32'];
}
