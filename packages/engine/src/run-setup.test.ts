import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning } from './provisioning/is-running.suite.ts';
import type { Tools } from './provisioning/place-tools.suite.ts';
import { placeTools } from './provisioning/place-tools.suite.ts';

const script = fileURLToPath(new URL('../dist/run-setup.js', import.meta.url));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'limber-setup-'));
});
afterEach(() => rm(root, { recursive: true }));

function start(tools: Tools, ...args: string[]): ChildProcess {
  const PATH = placeTools(root, tools);
  const env = { ...process.env, LIMBER_CACHE_DIR: join(root, 'cache'), PATH };
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

const noNetwork: Tools = {
  download: "echo 'pip has no network' >&2; exit 1",
  npm: "echo 'npm has no network'; exit 1",
};

test('without a native engine the exit code is 1, with every reason and what to do', async () => {
  const { code, stdout } = await end(start(noNetwork));
  expect(code).toBe(1);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('No native TensorFlow could be set up:');
  expect(lines[1]).toMatch(
    /^- pip cannot download tensorflow\S*==2\.21\.0\. Name an index that can be reached in PIP_INDEX_URL, or a proxy in HTTPS_PROXY/,
  );
  expect(stdout).toContain('| pip has no network');
  expect(stdout).toContain('| npm has no network');
  expect(lines.at(-2)).toBe(
    'Mend the first of these, then run `limber setup` again. Until then Limber computes in WebAssembly, 3 to 6 times slower.',
  );
});

test('what goes on without it is not stopped, and says the same', async () => {
  const { code, stdout } = await end(start(noNetwork, '--fallback'));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^No native TensorFlow could be set up:\n/);
});

test('everything that is missing is named before anything is downloaded', async () => {
  const broken = ['python3', 'python', 'g++', 'c++', 'clang++'];
  const { stdout, stderr } = await end(start({ download: 'exit 1', broken }));
  expect(stdout.split('\n')[1]).toMatch(
    /^- No Python with pip, which downloads TensorFlow: tried python3, python\. Install it \(.*\)\. No C\+\+ compiler, which compiles a small addon: tried g\+\+, c\+\+, clang\+\+\. Install one \(.*\), or name yours in CXX\.$/,
  );
  expect(stderr).not.toContain('Looking for');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends pip and leaves nothing but an empty cache', async (signal, exitCode) => {
  const download = `sleep 600 & echo $! > ${root}/pid; echo "Downloading x.whl (9 MB)"; wait`;
  const child = start({ download });
  child.stderr!.on('data', (chunk: Buffer) => {
    if (String(chunk).includes('Downloading x.whl')) child.kill(signal);
  });
  const { code, stderr } = await end(child);
  expect(code).toBe(exitCode);
  expect(stderr).toMatch(/\nInterrupted: nothing was changed\.\n$/);
  expect(await readdir(join(root, 'cache/engine'))).toEqual([]);
  const pid = Number(await readFile(join(root, 'pid'), 'utf8'));
  await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);
});
