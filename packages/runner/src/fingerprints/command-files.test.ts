import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { listCommandFiles } from './command-files.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-words-'));
afterAll(() => rmSync(root, { recursive: true }));
for (const path of ['make.sh', 'a b.txt', 'sub/inner.py', '.limber/store/x', 'runs/y', 'in.txt']) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), '');
}

it.each([
  ['sh make.sh', ['make.sh']],
  ['sh ./make.sh && echo make.sh', ['make.sh']],
  [`cat 'a b.txt' a\\ b.txt`, ['a b.txt']],
  ['python3 sub/inner.py --config=make.sh', ['make.sh', 'sub/inner.py']],
  ['cd sub && python3 inner.py', ['sub/inner.py']],
  ['sort < in.txt | tee "$X/make.sh"', ['in.txt']],
  ['echo "$(cat in.txt)"', ['in.txt']],
  [`bash -c 'sh make.sh'`, ['make.sh']],
  ['CONFIG=make.sh run', ['make.sh']],
  [`cat ${join(root, 'in.txt')} /etc/hostname ../x`, ['in.txt']],
  ['ls sub . runs/y .limber/store/x', []],
  ['echo ${unclosed "make.sh', []],
  [`echo '${'x'.repeat(5000)}'`, []],
])('the files that %s names', async (command, files) => {
  expect(await listCommandFiles(command, { values: [], workspace: root })).toEqual(files);
});

it('the value of a reference is a word as well', async () => {
  const values = ['in.txt', 'none', ''];
  expect(await listCommandFiles('cat "$X"', { values, workspace: root })).toEqual(['in.txt']);
});
