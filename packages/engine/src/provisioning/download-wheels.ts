import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import { createDownloadProgress } from './download-progress.ts';
import { howToInstall } from './how-to-install.ts';
import type { StepOptions } from './installation.ts';
import { largestFile } from './largest-file.ts';
import { parsePipLine } from './pip-output.ts';
import { runCommand } from './run-command.ts';
import type { Machine } from './tensorflow-release.ts';

const pollMs = 500;

/** An index that says nothing for so long is taken for dead. */
const defaultTimeoutSeconds = 15;
const usualRetries = 2;

/**
 * Downloads wheels with pip, without their dependencies, so that the user's index, mirror, proxy and
 * cache settings apply.
 *
 * An index that does not answer is given up after a minute, and told of after seconds: pip's timeout is 15 s here, or
 * `$LIMBER_PIP_TIMEOUT` seconds for a slow proxy.
 *
 * @param requirements - such as `tensorflow-cpu==2.21.0`.
 * @param folder - where the wheels go; it is created.
 * @returns paths of the wheels.
 * @throws {LimberError} `command-failed` if there is no Python with pip, or pip fails.
 */
export async function downloadWheels(
  requirements: readonly string[],
  folder: string,
  options: StepOptions,
): Promise<string[]> {
  const python = await findPython();
  await mkdir(join(folder, partialFolder), { recursive: true });
  const download = (extra: readonly string[], retries: number): Promise<void> =>
    pipDownload({ ...options, python, extra, retries, requirements, folder });
  try {
    try {
      await download([], usualRetries);
    } catch (error) {
      if (!isNoMatchingWheel(error)) throw error;
      // pip says the same of an index that is dead: that was waited for already
      await download(anyPython(process), 0);
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw downloadFailed(python, requirements, error);
  }
  const names = (await readdir(folder)).filter((name) => name.endsWith('.whl'));
  return names.sort().map((name) => join(folder, name));
}

/**
 * For an interpreter that TensorFlow publishes no wheel for, or one that macOS translates: the libraries
 * inside do not need Python.
 */
export function anyPython({ platform, arch }: Machine): readonly string[] {
  const isMac = platform === 'darwin' && arch === 'arm64';
  return [
    '--only-binary=:all:',
    '--python-version=3.12',
    ...(isMac ? ['--platform=macosx_12_0_arm64'] : []),
  ];
}

/**
 * The name of the Python whose pip is used.
 *
 * @throws {LimberError} `command-failed` if neither `python3` nor `python` has pip.
 */
export async function findPython(): Promise<string> {
  const names = ['python3', 'python'];
  let failure: unknown;
  for (const name of names) {
    try {
      await runCommand(name, ['-m', 'pip', '--version']);
      return name;
    } catch (error) {
      failure ??= error;
    }
  }
  throw new LimberError(
    'command-failed',
    {
      what: `No Python with pip, which downloads TensorFlow: tried ${names.join(', ')}`,
      fix: `Install it (${howToInstall('pip')}).`,
    },
    { cause: failure },
  );
}

/** pip stages its downloads below TMPDIR: kept inside, so that a killed setup leaves nothing elsewhere. */
const partialFolder = 'partial';

async function pipDownload(
  options: StepOptions & {
    readonly python: string;
    readonly extra: readonly string[];
    readonly retries: number;
    readonly requirements: readonly string[];
    readonly folder: string;
  },
): Promise<void> {
  const { python, extra, retries, requirements, folder, onProgress, signal } = options;
  const temporary = join(folder, partialFolder);
  const progress = createDownloadProgress(requirements, () => performance.now());
  let size = 0;
  const show = (): void => onProgress(progress.look(size));
  const report = async (): Promise<void> => {
    size = await largestFile(temporary);
    show();
  };
  show();
  const timer = setInterval(() => void report(), pollMs);
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    ...extra,
    '--disable-pip-version-check',
    '--progress-bar=off',
    `--timeout=${process.env['LIMBER_PIP_TIMEOUT'] ?? defaultTimeoutSeconds}`,
    `--retries=${retries}`,
    `--dest=${folder}`,
    ...requirements,
  ];
  try {
    await runCommand(python, args, {
      env: { ...process.env, TMPDIR: temporary, PYTHONUNBUFFERED: '1', NO_COLOR: '1' },
      signal,
      onLine: (line) => {
        const news = parsePipLine(line);
        if (news === undefined) return;
        if (news.type === 'download') size = 0;
        progress.hear(news);
        show();
      },
    });
  } finally {
    clearInterval(timer);
  }
}

function downloadFailed(
  python: string,
  requirements: readonly string[],
  cause: unknown,
): LimberError {
  const wanted = requirements.map((each) => (/[<>]/.test(each) ? `'${each}'` : each)).join(' ');
  const said = cause instanceof Error ? cause.message : String(cause);
  return new LimberError(
    'command-failed',
    {
      what: `pip cannot download ${requirements.join(', ')}`,
      fix:
        'Name an index that can be reached in PIP_INDEX_URL, or a proxy in HTTPS_PROXY (LIMBER_PIP_TIMEOUT=60 for a slow one). ' +
        `Or run \`${python} -m pip download --no-deps -d wheels ${wanted}\` on a machine like this one that can, copy the folder, ` +
        `and set PIP_NO_INDEX=1 PIP_FIND_LINKS=<the folder>.\n${said}`,
    },
    { cause },
  );
}

function isNoMatchingWheel(error: unknown): boolean {
  return error instanceof LimberError && error.message.includes('No matching distribution found');
}
