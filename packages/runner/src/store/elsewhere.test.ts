import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Waiting } from '@limber/files';
import { createLifeWatch, currentProcess, describeWaiting } from '@limber/files';
import { expect, it, onTestFinished } from 'vitest';
import { cleanPipeline } from '../commands/clean-pipeline.ts';
import { collectGarbage } from '../commands/collect-garbage.ts';
import { startScript, whyNothingElsewhere } from '../execution/elsewhere.suite.ts';
import { takeLock } from './lock.ts';
import { stateFolder } from './state-folder.ts';
import { openStoreUse } from './store-use.ts';

const isPossible = whyNothingElsewhere() === undefined;

// Most of the time they wait for heartbeats that do not come: so they wait together.

function createFolder(atEnd: typeof onTestFinished = onTestFinished): string {
  const root = mkdtempSync(join(tmpdir(), 'limber-elsewhere-'));
  atEnd(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

function built(name: string): string {
  return JSON.stringify(new URL(`../../dist/store/${name}.js`, import.meta.url).href);
}

/** Takes the lock, and says at each line that it is told whether it still holds it. */
function holding(folder: string): string {
  return `import { takeLock } from ${built('lock')};
    import { createInterface } from 'node:readline';
    const lock = await takeLock(${JSON.stringify(folder)}, { work: 'stage "train" of pipeline squat' });
    console.log('held');
    createInterface({ input: process.stdin }).on('line', () => {
      try { lock.confirm(); console.log('still held'); } catch (error) { console.log(error.code); }
    });`;
}

/** Opens the store, holds it and stays. */
function busy(root: string): string {
  return `import { openStoreUse } from ${built('store-use')};
    import { stateFolder } from ${built('state-folder')};
    const use = await openStoreUse(stateFolder(${JSON.stringify(root)}), { work: 'pipeline squat' });
    await use.hold(async () => {
      use.rely('key');
      console.log('held');
      await new Promise((resolve) => setInterval(resolve, 1_000_000));
    });`;
}

it.runIf(isPossible).concurrent(
  'a living owner in another PID namespace keeps its lock',
  async ({ onTestFinished }) => {
    const folder = join(createFolder(onTestFinished), 'lock');
    const owner = startScript(holding(folder), 'container', onTestFinished);
    expect(await owner.line()).toBe('held');
    const waits: Waiting[] = [];
    const stop = AbortSignal.timeout(7_000);
    const watch = createLifeWatch({ silenceMs: 5_000 });
    const onWait = (waiting: Waiting): void => void waits.push(waiting);
    expect(await takeLock(folder, { work: 'a test', signal: stop, watch, onWait })).toBeUndefined();
    expect(waits.map((waiting) => describeWaiting({ ...waiting, silentMs: 1_400 }))).toEqual([
      'waiting for process 1 on container, which is busy with stage "train" of pipeline squat (its heartbeat is 1 s old)',
    ]);
    owner.tell('held?');
    expect(await owner.line()).toBe('still held');
  },
);

it.runIf(isPossible).concurrent(
  'a dead owner of another container blocks nobody for long',
  async ({ onTestFinished }) => {
    const folder = join(createFolder(onTestFinished), 'lock');
    const owner = startScript(holding(folder), 'container', onTestFinished);
    expect(await owner.line()).toBe('held');
    owner.process.kill('SIGKILL');
    const waits: Waiting[] = [];
    const onWait = (waiting: Waiting): void => void waits.push(waiting);
    const lock = await takeLock(folder, { work: 'a test', onWait });
    lock!.confirm();
    lock!.release();
    expect(waits.map(({ pid, host }) => [pid, host])).toEqual([[1, 'container']]);
  },
);

it.runIf(isPossible).concurrent(
  'an owner that wakes up after its lock was taken notices it',
  async ({ onTestFinished }) => {
    const folder = join(createFolder(onTestFinished), 'lock');
    const owner = startScript(holding(folder), 'container', onTestFinished);
    expect(await owner.line()).toBe('held');
    process.kill(inner(owner.process.pid!), 'SIGSTOP');
    const lock = await takeLock(folder, {
      work: 'a test',
      watch: createLifeWatch({ silenceMs: 4_000 }),
    });
    expect(lock).toBeDefined();
    process.kill(inner(owner.process.pid!), 'SIGCONT');
    owner.tell('held?');
    expect(await owner.line()).toBe('lease-lost');
    lock!.confirm();
  },
);

it.runIf(isPossible).concurrent(
  'what a dead run of another container held does not block gc',
  async ({ onTestFinished }) => {
    const root = createFolder(onTestFinished);
    const run = startScript(busy(root), 'container', onTestFinished);
    expect(await run.line()).toBe('held');
    run.process.kill('SIGKILL');
    const waits: string[] = [];
    await collectGarbage({
      workspace: root,
      onWait: ({ host, work }) => void waits.push(`${host}: ${work}`),
    });
    expect(waits).toEqual(['container: pipeline squat']);
    expect(readdirSync(stateFolder(root).staging)).toEqual([]);
  },
);

it.runIf(isPossible).concurrent(
  'gc waits for a run elsewhere that is at work, clean refuses',
  async ({ onTestFinished }) => {
    const root = createFolder(onTestFinished);
    const run = startScript(busy(root), 'container', onTestFinished);
    expect(await run.line()).toBe('held');
    const state = stateFolder(root);
    let isCollected = false;
    const waiting = new Promise<Waiting>((resolve) => {
      void collectGarbage({ workspace: root, onWait: resolve }).then(() => (isCollected = true));
    });
    expect((await waiting).host).toBe('container');
    expect(isCollected).toBe(false);
    const [name] = readdirSync(state.staging);
    rmSync(join(state.staging, name!, 'busy'));
    await expect(cleanPipeline({ pipeline: 'squat', workspace: root })).rejects.toThrow(
      `A pipeline is running in ${root} (process 1). Try again when it has ended.`,
    );
    expect(existsSync(join(state.staging, name!))).toBe(true);
  },
);

it.runIf(isPossible).concurrent(
  'a run removes what a dead one of another container left',
  async ({ onTestFinished }) => {
    const root = createFolder(onTestFinished);
    const state = stateFolder(root);
    const dead = startScript(busy(root), 'container', onTestFinished);
    expect(await dead.line()).toBe('held');
    dead.process.kill('SIGKILL');
    const use = await openStoreUse(state, { work: 'a test' });
    const deadline = performance.now() + 40_000;
    while (readdirSync(state.staging).length > 1 && performance.now() < deadline) {
      await use.hold(() => new Promise((resolve) => setTimeout(resolve, 200)));
    }
    expect(readdirSync(state.staging)).toHaveLength(1);
    use.close();
  },
);

it('a run that was taken for dead writes nothing more', async () => {
  const state = stateFolder(createFolder());
  const use = await openStoreUse(state, { work: 'a test' });
  const taken = use.hold(async () => {
    rmSync(use.staging, { recursive: true });
    mkdirSync(join(use.staging, 'stage'), { recursive: true });
    writeFileSync(join(use.staging, 'stage', 'output'), '');
  });
  const message = `${use.staging}: this process gave no heartbeat for so long that another one took it for dead and went on, so nothing more is written. Was it stopped, or the machine asleep? Run again.`;
  await expect(taken).rejects.toThrow(message);
  await expect(use.hold(async () => 1)).rejects.toThrow(message);
  expect(() => use.confirm()).toThrow(message);
  use.close();
});

it('a process that works without a pause keeps its heartbeat', async () => {
  const folder = join(createFolder(), 'lock');
  const watcher = startScript(
    `import { takeLock } from ${built('lock')};
    import { createLifeWatch } from ${JSON.stringify(import.meta.resolve('../../../files/dist/index.js'))};
    const watch = createLifeWatch();
    console.log('ready');
    process.stdin.once('data', async () => {
      await takeLock(${JSON.stringify(folder)}, { work: 'a test', watch: { look: (identity, path) => {
        const { silentMs } = watch.look(identity, path);
        if (silentMs > 6_000) console.log('silent');
        return { life: 'alive', silentMs };
      } } });
      console.log('taken');
    });`,
    undefined,
  );
  expect(await watcher.line()).toBe('ready');
  const lock = await takeLock(folder, { work: 'a test' });
  watcher.tell('wait');
  const until = performance.now() + 9_000;
  while (performance.now() < until);
  lock!.release();
  expect(await watcher.line()).toBe('taken');
});

/** The process that `unshare` has started, as this namespace counts. */
function inner(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

it('the folder of a dead run in which its stage still writes is in nobody’s way', async () => {
  const state = stateFolder(createFolder());
  const folder = join(state.staging, `${currentProcess().replace(/~\d+$/, '~1')}~00`, 'stage');
  const orphan = startScript(
    `import { mkdirSync, writeFileSync } from 'node:fs';
    const folder = ${JSON.stringify(folder)};
    mkdirSync(folder, { recursive: true });
    console.log('writes');
    for (let number = 0; ; number++) {
      mkdirSync(folder, { recursive: true });
      try { writeFileSync(folder + '/' + number, ''); } catch {}
    }`,
    undefined,
  );
  expect(await orphan.line()).toBe('writes');
  const use = await openStoreUse(state, { work: 'a test' });
  await collectGarbage({ workspace: state.workspace });
  orphan.process.kill('SIGKILL');
  await once(orphan.process, 'exit');
  use.close();
  expect(readdirSync(state.staging)).toEqual([]);
});
