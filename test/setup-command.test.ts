import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from './limber-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs `limber setup` where only these tools are found; pip downloads by a script of the shell. */
async function setup(
  download: string,
  signal?: NodeJS.Signals,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const python = `case "$*" in *--version) exit 0 ;; esac\n${download}`;
  for (const [name, script] of Object.entries({
    python3: python,
    'g++': 'exit 0',
    npm: 'exit 1',
  })) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const child = spawn(process.execPath, [main, 'setup'], {
    env: { ...process.env, LIMBER_CACHE_DIR: join(folder, 'cache'), PATH: `${bin}:/bin` },
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (String(chunk).includes('Downloading') && signal !== undefined) child.kill(signal);
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ]);
  return { exitCode, stdout, stderr };
}

test('limber setup fails where no native engine can be had, and says why', async () => {
  const { exitCode, stdout } = await setup("echo 'no such index' >&2; exit 1");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^No native TensorFlow could be set up:\n- pip cannot download /);
  expect(stdout).toContain('| no such index');
});

test('Ctrl-C ends limber setup with 130, and leaves nothing half-made', async () => {
  const { exitCode, stdout, stderr } = await setup(
    'echo "Downloading x.whl (9 MB)"; sleep 600',
    'SIGINT',
  );
  expect(exitCode).toBe(130);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/\nInterrupted: nothing was written\.\n$/);
  expect(readdirSync(join(folder, 'cache/engine'))).toEqual([]);
});
