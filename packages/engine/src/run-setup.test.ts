import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning } from './provisioning/is-running.suite.ts';

const script = fileURLToPath(new URL('../dist/run-setup.js', import.meta.url));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'limber-setup-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Only these are found: a pip that downloads by a script of the shell, a compiler, and an npm without network. */
async function placeTools(download: string): Promise<void> {
  await mkdir(join(root, 'bin'));
  const python = `case "$*" in *--version) exit 0 ;; esac\n${download}`;
  const tools = { python3: python, 'g++': 'exit 0', npm: 'echo "npm has no network"; exit 1' };
  for (const [name, content] of Object.entries(tools)) {
    await writeFile(join(root, 'bin', name), `#!/bin/sh\n${content}\n`, { mode: 0o755 });
  }
}

function start(...args: string[]): ChildProcess {
  const env = {
    ...process.env,
    LIMBER_CACHE_DIR: join(root, 'cache'),
    PATH: `${join(root, 'bin')}:/bin`,
  };
  return spawn(process.execPath, [script, ...args], { env });
}

async function end(child: ChildProcess): Promise<{ code: number; stdout: string; stderr: string }> {
  const closed = new Promise<number>((resolve) => child.on('close', resolve));
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    closed,
  ]);
  return { code, stdout, stderr };
}

test('without a native engine the exit code is 1, with every reason and what to do', async () => {
  await placeTools("echo 'pip has no network' >&2; exit 1");
  const { code, stdout } = await end(start());
  expect(code).toBe(1);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('No native TensorFlow could be set up:');
  expect(lines[1]).toMatch(
    /^- pip cannot download tensorflow\S*==2\.21\.0\. Name an index that can be reached in PIP_INDEX_URL, or a proxy in HTTPS_PROXY/,
  );
  expect(stdout).toContain('| pip has no network');
  expect(stdout).toContain('| npm has no network');
  expect(lines.at(-2)).toBe(
    'Mend the first of these, then run `limber setup` again. Until then Limber computes without it, many times slower.',
  );
});

test('what goes on without it is not stopped, and says the same', async () => {
  await placeTools("echo 'pip has no network' >&2; exit 1");
  const { code, stdout } = await end(start('--fallback'));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^No native TensorFlow could be set up:\n/);
});

test('everything that is missing is named before anything is downloaded', async () => {
  await placeTools('exit 1');
  await rm(join(root, 'bin/python3'));
  await writeFile(join(root, 'bin/python3'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  await writeFile(join(root, 'bin/python'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  for (const name of ['g++', 'c++', 'clang++']) {
    await writeFile(join(root, 'bin', name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  }
  const { stdout, stderr } = await end(start());
  expect(stdout.split('\n')[1]).toMatch(
    /^- No Python with pip, which downloads TensorFlow: tried python3, python\. Install it \(.*\)\. No C\+\+ compiler, which compiles a small addon: tried g\+\+, c\+\+, clang\+\+\. Install one \(.*\), or name yours in CXX\.$/,
  );
  expect(stderr).not.toContain('Looking for');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends pip and leaves nothing but an empty cache', async (signal, exitCode) => {
  await placeTools(`sleep 600 & echo $! > ${root}/pid; echo "Downloading x.whl (9 MB)"; wait`);
  const child = start();
  child.stderr!.on('data', (chunk: Buffer) => {
    if (String(chunk).includes('Downloading x.whl')) child.kill(signal);
  });
  const { code, stderr } = await end(child);
  expect(code).toBe(exitCode);
  expect(stderr).toMatch(/\nInterrupted: nothing was changed\.\n$/);
  expect(await readdir(join(root, 'cache/engine'))).toEqual([]);
  const pid = Number(await readFile(join(root, 'pid'), 'utf8'));
  await expect.poll(() => isRunning(pid)).toBe(false);
});
