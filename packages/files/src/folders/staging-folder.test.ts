import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
  expect(left).toEqual([expect.stringMatching(/^\.out\.partial-\d+$/)]);
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
