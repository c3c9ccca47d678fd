import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sha256Of } from '../store/sha256.ts';
import { openDigestCache } from './digest-cache.ts';

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

it('takes a damaged cache for an empty one', async () => {
  const root = createFolder();
  const [file, cacheFile] = [join(root, 'file'), join(root, 'cache.json')];
  writeFileSync(file, 'text');
  appendFileSync(cacheFile, '{ "version": 1, "files"');
  expect((await openDigestCache(cacheFile).digest(file)).sha256).toBe(sha256Of('text'));
});
