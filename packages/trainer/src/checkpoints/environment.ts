import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { nameAdapter } from '@limber/engine';

/** What computed the numbers: with anything of it changed, the next numbers differ in their last bits. */
export interface CheckpointEnvironment {
  readonly engine: string;
  readonly tensorflow: string | null;
  readonly threads: number | null;
  readonly precision: string;
  /** As the system names it. */
  readonly processor: string;
  /** Those that TensorFlow's kernels are chosen by, such as `x64 avx2 avx512f`. */
  readonly instructionSet: string;
  /** The GPUs' names, or `processor`. */
  readonly device: string;
}

/** The environment of a run on this engine. */
export function environmentOf(engine: Engine): CheckpointEnvironment {
  const { kind, native, tensorflowVersion, threads, precision } = engine;
  return {
    engine: kind,
    tensorflow: tensorflowVersion,
    // the bits of the other engines do not depend on it
    threads: native === null ? null : threads,
    precision,
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    instructionSet: [os.arch(), ...instructionsIn(readText('/proc/cpuinfo'))].join(' '),
    device: deviceOf(engine),
  };
}

function deviceOf({ kind, webgpu }: Engine): string {
  if (webgpu !== null) return nameAdapter(webgpu);
  return kind === 'native-cuda' ? cardsIn('/proc/driver/nvidia/gpus') : 'processor';
}

/** Vector and matrix instructions, as Linux names them; of the others oneDNN makes no difference. */
const vectorPattern = /^(?:sse4_2|avx\w*|amx_\w+|fma|neon|asimd\w*|sve\w*|bf16|i8mm)$/;

/**
 * The vector and matrix instructions of a processor, sorted.
 *
 * @param text - as `/proc/cpuinfo` has it.
 */
export function instructionsIn(text: string): string[] {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1] ?? '';
  return line
    .split(/\s+/)
    .filter((name) => vectorPattern.test(name))
    .sort();
}

/**
 * The names of all NVIDIA cards, or `unknown`.
 *
 * @param folder - where their driver tells them, a folder with `information` for each.
 */
export function cardsIn(folder: string): string {
  let cards: string[];
  try {
    cards = readdirSync(folder).sort();
  } catch {
    return 'unknown';
  }
  const names = cards.map((card) =>
    /^Model:\s*(.*)$/m.exec(readText(join(folder, card, 'information'))),
  );
  return names.map((match) => match?.[1]?.trim() ?? 'unknown').join(', ');
}

/** Empty where there is no such file: other systems, other containers. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
