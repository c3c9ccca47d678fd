import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasNativeEngine } from '../packages/engine/src/loading/find-test-engine.suite.ts';

const fixture = join(import.meta.dirname, 'fixtures', 'some-steps.mjs');

/** Without a handler the signal would not interrupt anything. */
const handler = 'data:text/javascript,process.on("SIGWINCH",()=>{})';

/** Trains in a process of its own, which gets a signal every so many milliseconds. */
async function trainUnder(everyMs: number | null): Promise<{ code: unknown; output: string }> {
  const words = ['--import', handler, fixture, 'native', '60'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stderr.resume();
  const timer = everyMs === null ? undefined : setInterval(() => child.kill('SIGWINCH'), everyMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  return { code, output: Buffer.concat(parts).toString() };
}

test.runIf(hasNativeEngine && process.platform === 'linux')(
  'signals that arrive while a model trains change nothing',
  { timeout: 180_000 },
  async () => {
    const quiet = await trainUnder(null);
    expect(quiet.code).toBe(0);
    expect(await trainUnder(1)).toEqual(quiet);
  },
);
