import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { linkAtomic } from './link-atomic.ts';

vi.mock('node:fs/promises', { spy: true });

let folder: string;
let first: string;
let last: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'limber-link-'));
  [first, last] = [join(folder, 'first'), join(folder, 'last')];
  writeFileSync(first, 'new');
  writeFileSync(last, 'old');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test('gives a file a second name', async () => {
  await linkAtomic(first, last);
  expect(statSync(last).ino).toBe(statSync(first).ino);
  expect(readdirSync(folder)).toEqual(['first', 'last']);
});

test.each(['EPERM', 'ENOTSUP', 'EXDEV', 'EMLINK'])(
  'copies it where linking fails with %s',
  async (code) => {
    vi.mocked(fs.link).mockRejectedValueOnce(Object.assign(new Error(code), { code }));
    await linkAtomic(first, last);
    expect(readFileSync(last, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['first', 'last']);
  },
);

test('any other failure is thrown, and the old file stays', async () => {
  vi.mocked(fs.link).mockRejectedValueOnce(Object.assign(new Error('EIO'), { code: 'EIO' }));
  await expect(linkAtomic(first, last)).rejects.toThrow('EIO');
  expect(readFileSync(last, 'utf8')).toBe('old');
});
