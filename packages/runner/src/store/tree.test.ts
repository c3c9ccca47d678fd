import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256Of } from './sha256.ts';
import { isStorablePath } from './stored-names.ts';
import type { TreeEntry } from './tree.ts';
import { decodeTree, encodeTree, selectFromTree } from './tree.ts';

/** Of the names, no file has another one's folder for its name. */
const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .filter((text) => isStorablePath(text) && !text.includes('/'));
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const entry: fc.Arbitrary<TreeEntry> = fc.oneof(
  fc.record({
    type: fc.constant('file' as const),
    path: path.map((text) => `${text}.file`),
    sha256: fc.tuple(fc.string(), fc.constantFrom('', '.x')).map(([text, x]) => sha256Of(text) + x),
    sizeBytes: fc.nat(),
  }),
  fc.record({
    type: fc.constant('folder' as const),
    path: path.map((text) => `${text}.empty/`),
  }),
);
const entries = fc.uniqueArray(entry, { selector: (made) => made.path.toLowerCase() });

it('a listing is read back as it was written, whatever the names', () => {
  fc.assert(
    fc.property(entries, (given) => {
      expect(decodeTree(encodeTree(given))).toEqual(given);
    }),
  );
});

const digest = sha256Of('');
it.each([
  [`${digest} 1 "../a"\n`, 1],
  [`${digest} 1 "a/../../b"\n`, 1],
  [`${digest} 1 "/etc/passwd"\n`, 1],
  [`${digest} 1 "C:/a"\n`, 1],
  [`${digest} 1 "a//b"\n`, 1],
  [`${digest} 1 "./a"\n`, 1],
  [`${digest} 1 ""\n`, 1],
  [`${digest} 1 "a\\u0000b"\n`, 1],
  [`${digest} 1 "a\\\\..\\\\b"\n`, 1],
  [`${digest} 1 "\\ud800"\n`, 1],
  [`${digest} 1 "${'n'.repeat(256)}"\n`, 1],
  [`${digest} -1 "a"\n`, 1],
  [`${digest} 1e3 "a"\n`, 1],
  [`${digest} 99999999999999999999 "a"\n`, 1],
  [`${digest.toUpperCase()} 1 "a"\n`, 1],
  [`${digest} 1 "a"\n../../x 1 "b"\n`, 2],
  [`${digest} 1 "a/"\n`, 1],
  ['- 0 "a"\n', 1],
])('a listing with the line %j is refused', (text, line) => {
  expect(() => decodeTree(text)).toThrow(
    `line ${line} is not an entry with a path inside the folder: ${text.split('\n')[line - 1]}`,
  );
});

it('a listing is refused whose entries cannot be in one folder, or that is cut off', () => {
  const list = (...paths: string[]): string =>
    paths.map((path) => `${path.endsWith('/') ? '- 0' : `${digest} 1`} "${path}"\n`).join('');
  expect(() => decodeTree(list('a', 'b', 'a'))).toThrow('two entries want to be "a"');
  expect(() => decodeTree(list('a', 'a-b', 'a/b/c'))).toThrow('two entries want to be "a"');
  expect(() => decodeTree(list('a/', 'a/b'))).toThrow('two entries want to be "a"');
  expect(() => decodeTree(list('a/', 'a'))).toThrow('two entries want to be "a"');
  expect(() => decodeTree(list('a').slice(0, -1))).toThrow('the last line is cut off');
});

it('a part of a folder is a file, a folder of its own, or not there', () => {
  const file = (path: string): TreeEntry => ({
    type: 'file',
    path,
    sha256: sha256Of(path),
    sizeBytes: 1,
  });
  const entries = [
    file('a.json'),
    file('images/1.jpg'),
    { type: 'folder', path: 'images/none/' },
  ] as const;
  expect(selectFromTree(entries, 'a.json')).toEqual({
    type: 'file',
    sha256: sha256Of('a.json'),
    sizeBytes: 1,
  });
  expect(selectFromTree(entries, 'images')).toEqual({
    type: 'folder',
    entries: [
      { ...file('images/1.jpg'), path: '1.jpg' },
      { type: 'folder', path: 'none/' },
    ],
  });
  expect(selectFromTree(entries, 'image')).toBeUndefined();
});
