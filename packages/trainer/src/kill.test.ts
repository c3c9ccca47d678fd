import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

// the child runs the built package, as a user's process does
const script = fileURLToPath(new URL('./fixtures/killable-fit.suite.mjs', import.meta.url));
const root = mkdtempSync(path.join(tmpdir(), 'limber-kill-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Runs the fit and kills it once it has said so many lines: then it is saving, or in the next step. */
async function run(folder: string, linesToLive: number): Promise<'killed' | 'done'> {
  mkdirSync(folder, { recursive: true });
  const child: ChildProcess = spawn(process.execPath, [script, folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let lines = 0;
  for await (const _ of createInterface({ input: child.stdout! })) {
    if (++lines === linesToLive) child.kill('SIGKILL');
  }
  return (await ended) === 0 ? 'done' : 'killed';
}

function digests(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(
    names.map((name) => {
      const bytes = readFileSync(path.join(folder, name));
      return [name, createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}

test('a process killed by SIGKILL over and over leaves the bytes of one that never was', async () => {
  const whole = path.join(root, 'whole');
  expect(await run(whole, Infinity)).toBe('done');

  const killed = path.join(root, 'killed');
  let kills = 0;
  while ((await run(killed, 9)) === 'killed') kills++;

  expect(kills).toBeGreaterThan(1);
  expect(Object.keys(digests(whole))).toEqual([
    'epoch=3-step=23.safetensors',
    'epoch=3-step=24.safetensors',
    'metrics.jsonl',
  ]);
  expect(digests(killed)).toEqual(digests(whole));
});
