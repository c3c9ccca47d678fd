import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isSettled } from '@limber/files';
import { expect, it, onTestFinished } from 'vitest';
import { sha256Of } from '../store/sha256.ts';
import { openDigestCache } from './digest-cache.ts';
import { statFolder } from './file-stat.ts';

function createFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'limber-digests-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

it('sees a change of the same size and time, because another file has another inode', async () => {
  const root = createFolder();
  const [file, cacheFile] = [join(root, 'file'), join(root, 'cache.json')];
  writeFileSync(file, 'old');
  utimesSync(file, 1, 1);
  const cache = openDigestCache(cacheFile);
  expect(await cache.digest(file)).toEqual({ sha256: sha256Of('old'), sizeBytes: 3 });
  cache.save();
  writeFileSync(join(root, 'other'), 'new');
  utimesSync(join(root, 'other'), 1, 1);
  renameSync(join(root, 'other'), file);
  expect((await openDigestCache(cacheFile).digest(file)).sha256).toBe(sha256Of('new'));
});

it('does not keep the digest of a file that changed just now', async () => {
  const root = createFolder();
  const [file, cacheFile] = [join(root, 'file'), join(root, 'cache.json')];
  writeFileSync(file, 'now');
  const cache = openDigestCache(cacheFile);
  await cache.digest(file);
  cache.save();
  const reopened = openDigestCache(cacheFile);
  let reads = 0;
  await reopened.derive(file, 'count', async () => ++reads);
  await reopened.derive(file, 'count', async () => ++reads);
  expect(reads).toBe(1);
  expect(statSync(cacheFile).size).toBeLessThan(60);
});

it('a list of a folder’s files that is older than its digest is made anew', async () => {
  const root = createFolder();
  const [folder, cacheFile] = [join(root, 'folder'), join(root, 'cache')];
  mkdirSync(folder);
  for (const name of ['a', 'b']) {
    writeFileSync(join(folder, name), 'old');
    utimesSync(join(folder, name), 1, 1);
  }
  const digest = async (): Promise<string> => {
    const cache = openDigestCache(cacheFile);
    const found = await cache.digestAll(folder, statFolder(folder));
    cache.save();
    return found;
  };
  const before = await waitUntilSettled(folder).then(digest);
  const members = readFileSync(`${cacheFile}.members`);
  writeFileSync(join(folder, 'b'), 'new');
  const after = await waitUntilSettled(folder).then(digest);
  expect(after).not.toBe(before);
  writeFileSync(`${cacheFile}.members`, members);
  expect(await digest()).toBe(after);
  const listed = await openDigestCache(cacheFile).listAll(folder, statFolder(folder));
  expect(listed.map((entry) => entry.type === 'file' && entry.sha256)).toEqual([
    sha256Of('old'),
    sha256Of('new'),
  ]);
});

/** A file that changed just now is not remembered. */
async function waitUntilSettled(folder: string): Promise<void> {
  while (!statFolder(folder).every((stat) => isSettled(stat, Date.now()))) await delay(20);
}

it('takes a damaged cache for an empty one', async () => {
  const root = createFolder();
  const [file, cacheFile] = [join(root, 'file'), join(root, 'cache.json')];
  writeFileSync(file, 'text');
  appendFileSync(cacheFile, '{ "version": 1, "files"');
  expect((await openDigestCache(cacheFile).digest(file)).sha256).toBe(sha256Of('text'));
});
