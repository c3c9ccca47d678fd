import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startHeartbeat } from './heartbeat.ts';
import type { Sighting } from './life-watch.ts';
import { createLifeWatch } from './life-watch.ts';
import { currentProcess } from './process-identity.ts';
import { describeWaiting } from './waiting.ts';

/** A process of another container. */
const foreign = currentProcess().replace(/~[^~]+(~\d+~\d+)$/, '~elsewhere.1$1');

function createFile(): string {
  const root = mkdtempSync(join(tmpdir(), 'limber-heartbeat-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const file = join(root, 'owner');
  writeFileSync(file, '');
  return file;
}

async function lookUntil(look: () => Sighting, life: Sighting['life']): Promise<Sighting> {
  for (;;) {
    const sighting = look();
    if (sighting.life === life) return sighting;
    await delay(20);
  }
}

test('a heartbeat that moves is a living process, one that has stopped a dead one', async () => {
  const file = createFile();
  const stop = startHeartbeat(file);
  const watch = createLifeWatch({ silenceMs: 5_000 });
  expect(watch.look(foreign, file)).toEqual({ life: 'unsure', silentMs: 0 });
  await lookUntil(() => watch.look(foreign, file), 'alive');
  stop();
  const { silentMs } = await lookUntil(() => watch.look(foreign, file), 'dead');
  expect(silentMs).toBeGreaterThanOrEqual(5_000);
});

test('the clock of the other machine does not matter, only that it goes on', () => {
  const file = createFile();
  utimesSync(file, 1, 1);
  const watch = createLifeWatch();
  expect(watch.look(foreign, file).life).toBe('unsure');
  utimesSync(file, 2, 2);
  expect(watch.look(foreign, file).life).toBe('alive');
});

test('a watcher that was stopped itself has seen no silence in that time', async () => {
  const file = createFile();
  const watch = createLifeWatch({ silenceMs: 1_500 });
  watch.look(foreign, file);
  await delay(1_700);
  expect(watch.look(foreign, file)).toEqual({ life: 'unsure', silentMs: 1_000 });
});

test('a process of this machine is seen without a heartbeat', () => {
  const watch = createLifeWatch({ silenceMs: 0 });
  expect(watch.look(currentProcess(), createFile()).life).toBe('alive');
  const dead = currentProcess().replace(/~\d+$/, '~1');
  expect(watch.look(dead, createFile()).life).toBe('dead');
});

test('who is waited for is said in one line', () => {
  expect(describeWaiting({ pid: 41, host: 'box', work: 'pipeline squat', silentMs: 2_600 })).toBe(
    'waiting for process 41 on box, which is busy with pipeline squat (its heartbeat is 3 s old)',
  );
});
