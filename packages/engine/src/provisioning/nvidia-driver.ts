import { readFileSync, readdirSync } from 'node:fs';

/** The oldest Linux driver branch that CUDA 12.5 and later 12.x, in TensorFlow's wheels, run on. */
export const minimumDriverMajor = 525;

/** The NVIDIA driver of this machine and the GPUs it shows. */
export interface NvidiaDriver {
  /** Such as `550.54.15`; null where it could not be read. */
  readonly version: string | null;
  readonly gpus: readonly string[];
}

/**
 * Finds NVIDIA GPUs from the driver's files, without starting a process.
 *
 * @param procFolder - the driver's folder in the proc file system.
 * @returns null where there is no driver, or a driver without a GPU.
 */
export function findNvidiaDriver(procFolder = '/proc/driver/nvidia'): NvidiaDriver | null {
  const gpus = gpuNames(procFolder);
  if (gpus.length === 0) return null;
  return { version: driverVersion(readText(`${procFolder}/version`) ?? ''), gpus };
}

/** Reads the driver's version out of the text of its `version` file. */
export function driverVersion(text: string): string | null {
  return /Kernel Module(?: for \S+)?\s+(\d+(?:\.\d+)+)/.exec(text)?.[1] ?? null;
}

function gpuNames(procFolder: string): string[] {
  let buses: string[];
  try {
    buses = readdirSync(`${procFolder}/gpus`);
  } catch {
    return [];
  }
  return buses.map((bus) => {
    const information = readText(`${procFolder}/gpus/${bus}/information`) ?? '';
    return /^Model:\s*(.+)$/m.exec(information)?.[1]?.trim() ?? `GPU at ${bus}`;
  });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
