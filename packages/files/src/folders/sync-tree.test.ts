import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { syncFiles } from './sync-tree.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'limber-sync-'));
});
afterEach(() => rm(root, { recursive: true }));

test('files deep below a folder are synced, a missing one is an error that names it', async () => {
  const folder = join(root, 'a', 'b');
  await mkdir(folder, { recursive: true });
  const files = Array.from({ length: 200 }, (_, number) => join(folder, `${number}`));
  await Promise.all(files.map((file) => writeFile(file, file)));
  await syncFiles(root, files);
  await expect(syncFiles(root, [...files, join(folder, 'missing')])).rejects.toThrow(
    join(folder, 'missing'),
  );
});
