import { mkdir, mkdtemp, readFile, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linkAtomic, symlinkAtomicSync } from './link-atomic.ts';
import { writeFileAtomic, writeFileAtomicSync } from './write-file-atomic.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-writing-'));
});
afterEach(() => rm(folder, { recursive: true }));

const variants = {
  writeFileAtomic,
  writeFileAtomicSync: async (...args: Parameters<typeof writeFileAtomic>) =>
    writeFileAtomicSync(...args),
};

describe.each(Object.entries(variants))('%s', (_name, write) => {
  test('writes text, bytes and parts, into a folder that it makes', async () => {
    const file = join(folder, 'deep', 'a');
    await write(file, 'täxt');
    expect(await readFile(file, 'utf8')).toBe('täxt');
    await write(file, Uint8Array.of(1, 2));
    expect([...(await readFile(file))]).toEqual([1, 2]);
    await write(file, [Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3)]);
    expect([...(await readFile(file))]).toEqual([1, 2, 3]);
    expect(await readdir(join(folder, 'deep'))).toEqual(['a']);
  });

  test('after an error the former content stands, and nothing beside it', async () => {
    const file = join(folder, 'a');
    await write(file, 'former');
    const broken = [Uint8Array.of(1), null as unknown as Uint8Array];
    await expect(write(file, broken)).rejects.toThrow();
    expect(await readFile(file, 'utf8')).toBe('former');
    expect(await readdir(folder)).toEqual(['a']);
  });

  test('many writers of one file: one of them wins, whole', async () => {
    const file = join(folder, 'a');
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000));
    await Promise.all(texts.map((text) => write(file, text)));
    expect(texts).toContain(await readFile(file, 'utf8'));
    expect(await readdir(folder)).toEqual(['a']);
  });
});

test('a hard link takes the place of what had its name, and of itself', async () => {
  const [file, name] = [join(folder, 'file'), join(folder, 'name')];
  await writeFile(file, 'new');
  await writeFile(name, 'old');
  for (const _ of [1, 2]) {
    await linkAtomic(file, name);
    expect((await stat(name)).ino).toBe((await stat(file)).ino);
    expect((await readdir(folder)).toSorted()).toEqual(['file', 'name']);
  }
});

test('a symbolic link is moved from one target to another', async () => {
  const path = join(folder, 'deep', 'latest');
  symlinkAtomicSync('first', path);
  symlinkAtomicSync('second', path);
  expect(await readlink(path)).toBe('second');
  expect(await readdir(join(folder, 'deep'))).toEqual(['latest']);
});

test('on Windows the link is one that needs no privilege, to the whole path', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  for (const target of [first, second]) await mkdir(target);
  const file = join(folder, 'file');
  await writeFile(file, 'text');
  const path = join(folder, 'deep', 'latest');
  symlinkAtomicSync('../first', path, 'win32');
  symlinkAtomicSync('../second', path, 'win32');
  expect(await readlink(path)).toBe(second);
  symlinkAtomicSync('../file', path, 'win32');
  expect((await stat(path)).ino).toBe((await stat(file)).ino);
  expect(await readdir(join(folder, 'deep'))).toEqual(['latest']);
});
