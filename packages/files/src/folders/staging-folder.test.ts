import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHeartbeat } from '../processes/heartbeat.ts';
import { currentProcess } from '../processes/process-identity.ts';
import { withStagingFolder } from './staging-folder.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'limber-staging-'));
});
afterEach(() => rm(parent, { recursive: true }));

test('the folder is there when it is complete, and not before', async () => {
  const out = join(parent, 'deep', 'out');
  const result = await withStagingFolder(out, async (staging) => {
    await writeFile(join(staging, 'a.txt'), 'whole');
    expect((await readdir(join(parent, 'deep'))).includes('out')).toBe(false);
    return 7;
  });
  expect(result).toBe(7);
  expect(await readFile(join(out, 'a.txt'), 'utf8')).toBe('whole');
  expect(await readdir(join(parent, 'deep'))).toEqual(['out']);
});

test('after an error nothing is left', async () => {
  const failing = withStagingFolder(join(parent, 'out'), async (staging) => {
    await writeFile(join(staging, 'half.txt'), 'half');
    throw new Error('no more paper');
  });
  await expect(failing).rejects.toThrow('no more paper');
  expect(await readdir(parent)).toEqual([]);
});

test('ended by a signal while it is filled, it throws the reason and leaves nothing', async () => {
  const controller = new AbortController();
  const fill = async (staging: string): Promise<void> => {
    await writeFile(join(staging, 'a.txt'), 'whole');
    controller.abort();
  };
  const ended = withStagingFolder(join(parent, 'out'), fill, { signal: controller.signal });
  await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
  expect(await readdir(parent)).toEqual([]);
});

test('after a kill nothing lies under the final name, and the next run sweeps up', async () => {
  const out = join(parent, 'out');
  const built = fileURLToPath(new URL('../../dist/folders/staging-folder.js', import.meta.url));
  const script = `
    import { writeFileSync } from 'node:fs';
    import { withStagingFolder } from ${JSON.stringify(built)};
    await withStagingFolder(${JSON.stringify(out)}, async (staging) => {
      writeFileSync(staging + '/half.txt', 'half');
      process.kill(process.pid, 'SIGKILL');
    });`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(signal).toBe('SIGKILL');
  const left = await readdir(parent);
  expect(left).toEqual([expect.stringMatching(/^\.out\.partial-.+~\d+~\d+~\w+$/)]);
  await withStagingFolder(out, (staging) => writeFile(join(staging, 'a.txt'), 'whole'));
  expect(await readdir(parent)).toEqual(['out']);
});

test('an empty folder is taken, one that holds something is refused and left alone', async () => {
  const out = join(parent, 'out');
  await mkdir(out);
  await withStagingFolder(out, (staging) => writeFile(join(staging, 'a.txt'), 'first'));
  const again = withStagingFolder(out, (staging) => writeFile(join(staging, 'a.txt'), 'second'));
  await expect(again).rejects.toThrow(
    `${out}: the output folder is not empty: expected no folder of this name, or an empty one, got 1 entry. Remove it, or choose another name.`,
  );
  expect(await readFile(join(out, 'a.txt'), 'utf8')).toBe('first');
});

test('what may be replaced is replaced, what may not is left alone', async () => {
  const out = join(parent, 'out');
  const replaceable = {
    what: 'words',
    test: (names: readonly string[]) => names.includes('a.txt'),
  };
  await withStagingFolder(out, (staging) => writeFile(join(staging, 'a.txt'), 'first'));
  const second = (staging: string): Promise<void> => writeFile(join(staging, 'b.txt'), 'second');
  await withStagingFolder(out, second, { replaceable });
  expect(await readdir(out)).toEqual(['b.txt']);
  expect(await readdir(parent)).toEqual(['out']);
  await expect(withStagingFolder(out, second, { replaceable })).rejects.toThrow(
    `${out}: the output folder is not empty: expected no folder of this name, or an empty one, or one of words, got 1 entry. Remove it, or choose another name.`,
  );
});

test('a failure leaves what was to be replaced', async () => {
  const out = join(parent, 'out');
  const replaceable = { what: 'words', test: () => true };
  await withStagingFolder(out, (staging) => writeFile(join(staging, 'a.txt'), 'first'));
  const failing = withStagingFolder(out, () => Promise.reject(new Error('no')), { replaceable });
  await expect(failing).rejects.toThrow('no');
  expect(await readFile(join(out, 'a.txt'), 'utf8')).toBe('first');
  expect(await readdir(parent)).toEqual(['out']);
});

test('a folder whose replacement was killed between its two renames is put back', async () => {
  const out = join(parent, 'out');
  const dead = currentProcess().replace(/~\d+~\d+$/, '~999999999~1');
  await mkdir(join(parent, `.out.former-${dead}~00`));
  await writeFile(join(parent, `.out.former-${dead}~00`, 'a.txt'), 'first');
  const fill = (staging: string): Promise<void> => writeFile(join(staging, 'b.txt'), 'second');
  await expect(withStagingFolder(out, fill)).rejects.toThrow('not empty');
  expect(await readFile(join(out, 'a.txt'), 'utf8')).toBe('first');
});

test('two at once for one folder: one wins, the other is refused, nothing is mixed', async () => {
  const out = join(parent, 'out');
  const fill = (name: string) => (staging: string) => writeFile(join(staging, name), name);
  const both = await Promise.allSettled([
    withStagingFolder(out, fill('a')),
    withStagingFolder(out, fill('b')),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await readdir(out)).toHaveLength(1);
  expect(await readdir(parent)).toEqual(['out']);
});

test('what a dead process of another container left is removed once its heart was seen not to beat', async () => {
  const out = join(parent, 'out');
  const foreign = currentProcess().replace(/~[^~]+(~\d+~\d+)$/, '~elsewhere.1$1');
  const [dead, living] = [`.out.partial-${foreign}~00`, `.out.partial-${foreign}1~01`];
  for (const name of [dead, living]) await mkdir(join(parent, name));
  const warned = once(process, 'warning');
  const stopHeart = startHeartbeat(join(parent, living));
  await withStagingFolder(out, (staging) => writeFile(join(staging, 'a.txt'), 'whole'));
  stopHeart();
  expect((await readdir(parent)).toSorted()).toEqual([living, 'out']);
  const [{ message }] = (await warned) as [Error];
  expect(message).toMatch(
    /^waiting for process \d+ on .+, which is busy with making .+ \(its heartbeat is \d+ s old\)$/,
  );
});

test('a process that was taken for dead does not put half a folder in place', async () => {
  const out = join(parent, 'out');
  let taken = '';
  const filling = withStagingFolder(out, async (staging) => {
    taken = staging;
    await rm(staging, { recursive: true });
    await mkdir(staging);
  });
  await expect(filling).rejects.toThrow(
    `${taken}: this process gave no heartbeat for so long that another one took it for dead and went on, so nothing more is written. Was it stopped, or the machine asleep? Run again.`,
  );
  expect(await readdir(parent)).toEqual([]);
});
