import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { LimberError } from '@limber/files';
import type { OnProgress } from './installation.ts';
import { runCommand } from './run-command.ts';

const pollMs = 500;

/** For an interpreter that TensorFlow publishes no wheel for: the libraries inside do not need Python. */
const anyPython: readonly string[] = ['--only-binary=:all:', '--python-version=3.12'];

/**
 * Downloads wheels with pip, without their dependencies, so that the user's index, mirror, proxy and
 * cache settings apply.
 *
 * @param requirements - such as `tensorflow-cpu==2.21.0`.
 * @param folder - where the wheels go; it is created.
 * @returns paths of the wheels.
 * @throws {LimberError} `command-failed` if there is no Python with pip, or pip fails.
 */
export async function downloadWheels(
  requirements: readonly string[],
  folder: string,
  onProgress: OnProgress,
): Promise<string[]> {
  const python = await findPython();
  const temporary = join(folder, 'partial');
  await mkdir(temporary, { recursive: true });
  const download = (extra: readonly string[]): Promise<void> =>
    pipDownload([python, '-m', 'pip', 'download', '--no-deps', ...extra], {
      requirements,
      folder,
      temporary,
      onProgress,
    });
  try {
    await download([]);
  } catch (error) {
    if (!isNoMatchingWheel(error)) throw error;
    await download(anyPython);
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  return names.sort().map((name) => join(folder, name));
}

/**
 * The name of the Python whose pip is used.
 *
 * @throws {LimberError} `command-failed` if neither `python3` nor `python` has pip.
 */
export async function findPython(): Promise<string> {
  let failure: unknown;
  for (const name of ['python3', 'python']) {
    try {
      await runCommand(name, ['-m', 'pip', '--version']);
      return name;
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

async function pipDownload(
  [python = '', ...args]: readonly string[],
  options: {
    readonly requirements: readonly string[];
    readonly folder: string;
    readonly temporary: string;
    readonly onProgress: OnProgress;
  },
): Promise<void> {
  const { requirements, folder, temporary, onProgress } = options;
  let message = `Looking for ${requirements.join(', ')}`;
  let total: number | null = null;
  let finished = 0;
  onProgress({ message });
  const report = async (): Promise<void> => {
    if (total === null) {
      onProgress({ message });
      return;
    }
    const size = await largestFile(temporary);
    // A wheel from pip's own cache has no partial file: nothing to count then.
    if (size === 0) return;
    onProgress({ message, amount: { done: Math.min(size, total), total, unit: 'bytes' } });
  };
  const timer = setInterval(() => void report(), pollMs);
  try {
    await runCommand(
      python,
      [
        ...args,
        '--disable-pip-version-check',
        '--progress-bar=off',
        `--dest=${folder}`,
        ...requirements,
      ],
      {
        // pip stages its downloads below TMPDIR: kept inside, so that a killed setup leaves nothing elsewhere.
        env: { ...process.env, TMPDIR: temporary, PYTHONUNBUFFERED: '1', NO_COLOR: '1' },
        onLine: (line) => {
          const start = parseDownloadLine(line);
          if (start === undefined) return;
          finished += 1;
          const position =
            requirements.length > 1 ? ` (${finished} of ${requirements.length})` : '';
          message = `Downloading ${start.name}${position}`;
          total = start.sizeBytes;
          onProgress({ message, amount: { done: 0, total, unit: 'bytes' } });
        },
      },
    );
  } finally {
    clearInterval(timer);
  }
}

/**
 * Reads pip's line about a file it starts to fetch: `Downloading https://…/x.whl (274.0 MB)` or
 * `Using cached x.whl (274.0 MB)`.
 */
export function parseDownloadLine(line: string): { name: string; sizeBytes: number } | undefined {
  const match =
    /^\s*(?:Downloading|Using cached) (\S+\.whl) \(([\d.]+) ?([kMG]?)B\)/.exec(line) ?? undefined;
  if (match === undefined) return undefined;
  const [, location = '', amount = '', unit = ''] = match;
  const factor = { '': 1, k: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1;
  return { name: posix.basename(location), sizeBytes: Math.round(Number(amount) * factor) };
}

function isNoMatchingWheel(error: unknown): boolean {
  return error instanceof LimberError && error.message.includes('No matching distribution found');
}

async function largestFile(folder: string): Promise<number> {
  let largest = 0;
  try {
    for (const name of await readdir(folder, { recursive: true })) {
      const found = await stat(join(folder, name));
      if (found.isFile()) largest = Math.max(largest, found.size);
    }
  } catch {
    // pip removes its temporary folders while they are being listed; the next poll counts again.
    return largest;
  }
  return largest;
}
