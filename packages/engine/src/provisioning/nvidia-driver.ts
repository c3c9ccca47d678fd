import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The oldest Linux driver branch that CUDA 12.5 and later 12.x, in TensorFlow's wheels, run on. */
export const minimumDriverMajor = 525;

/** The NVIDIA driver of this machine and the GPUs it shows. */
export interface NvidiaDriver {
  /** Such as `550.54.15`; null where it could not be read. */
  readonly version: string | null;
  readonly gpus: readonly string[];
  /** The driver's library that CUDA needs, `libcuda.so.1`; null where the loader would not find it. */
  readonly library: string | null;
}

/** Where the driver is looked for. */
export interface DriverPlace {
  /** The root of the file system. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Folders of the driver's library that the loader's cache may not have, below the root. */
const libraryFolders: readonly string[] = [
  'usr/lib/x86_64-linux-gnu',
  'usr/lib/aarch64-linux-gnu',
  'usr/lib64',
  'usr/lib',
  'usr/lib/wsl/lib',
  'usr/local/nvidia/lib64',
  'usr/local/nvidia/lib',
];

const library = 'libcuda.so.1';

/**
 * Finds NVIDIA GPUs from the driver's files, without starting a process: those that the kernel module
 * lists, else its device files (a container may have these alone), else Windows' GPU in WSL 2.
 *
 * @returns null where there is no driver, a driver without a GPU, or `CUDA_VISIBLE_DEVICES` that hides
 * them all.
 */
export function findNvidiaDriver(
  { root, env }: DriverPlace = { root: '/', env: process.env },
): NvidiaDriver | null {
  if (hidesGpus(env)) return null;
  const procFolder = join(root, 'proc/driver/nvidia');
  const gpus = [listedGpus, deviceFiles, windowsGpu]
    .map((find) => find(root))
    .find((found) => found.length > 0);
  if (gpus === undefined) return null;
  const found = findLibrary(root, env);
  const version =
    driverVersion(readText(join(procFolder, 'version')) ?? '') ??
    (found === null ? null : libraryVersion(found));
  return { version, gpus, library: found };
}

/** Reads the driver's version out of the text of its `version` file. */
export function driverVersion(text: string): string | null {
  return /Kernel Module(?: for \S+)?\s+(\d+(?:\.\d+)+)/.exec(text)?.[1] ?? null;
}

/** CUDA takes an empty list, or one that starts with an index that no device has, for no GPU at all. */
function hidesGpus(env: NodeJS.ProcessEnv): boolean {
  const visible = env['CUDA_VISIBLE_DEVICES']?.trim();
  return visible !== undefined && (visible === '' || /^-|^(none|nodevfiles|void)$/i.test(visible));
}

function listedGpus(root: string): string[] {
  const folder = join(root, 'proc/driver/nvidia/gpus');
  return entriesOf(folder).map((bus) => {
    const information = readText(join(folder, bus, 'information')) ?? '';
    return /^Model:\s*(.+)$/m.exec(information)?.[1]?.trim() ?? `GPU at ${bus}`;
  });
}

function deviceFiles(root: string): string[] {
  return entriesOf(join(root, 'dev'))
    .flatMap((name) => /^nvidia(\d+)$/.exec(name)?.[1] ?? [])
    .map((index) => `NVIDIA GPU ${index}`);
}

function windowsGpu(root: string): string[] {
  const hasGpu =
    existsSync(join(root, 'dev/dxg')) && existsSync(join(root, 'usr/lib/wsl/lib', library));
  return hasGpu ? ['NVIDIA GPU of Windows'] : [];
}

/** As the loader does: by LD_LIBRARY_PATH, by the cache of ldconfig, and where it usually lies. */
function findLibrary(root: string, env: NodeJS.ProcessEnv): string | null {
  const named = (env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const cached = cachedLibrary(readText(join(root, 'etc/ld.so.cache'), 'latin1') ?? '');
  const candidates = [
    ...named.map((folder) => join(folder, library)),
    ...(cached === null ? [] : [join(root, cached)]),
    ...libraryFolders.map((folder) => join(root, folder, library)),
  ];
  return candidates.find((file) => existsSync(file)) ?? null;
}

/** The path of the driver's library in the text of `ld.so.cache`, whose strings end with a zero byte. */
function cachedLibrary(cache: string): string | null {
  return /\0(\/[^\0]*\/libcuda\.so\.1)\0/.exec(cache)?.[1] ?? null;
}

/** `libcuda.so.1` is a link to a file that has the driver's version in its name; not so in WSL 2. */
function libraryVersion(file: string): string | null {
  return /\.so\.(\d{3,}\.\d+(?:\.\d+)*)$/.exec(basename(realpathSync(file)))?.[1] ?? null;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readText(file: string, encoding: 'utf8' | 'latin1' = 'utf8'): string | undefined {
  try {
    return readFileSync(file, encoding);
  } catch {
    return undefined;
  }
}
