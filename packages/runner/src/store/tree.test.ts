import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256Of } from './sha256.ts';
import type { TreeEntry } from './tree.ts';
import { decodeTree, encodeTree, selectFromTree } from './tree.ts';

const entry: fc.Arbitrary<TreeEntry> = fc.oneof(
  fc.record({
    type: fc.constant('file' as const),
    path: fc.string({ unit: 'binary', minLength: 1 }),
    sha256: fc.string().map(sha256Of),
    sizeBytes: fc.nat(),
  }),
  fc.record({ type: fc.constant('folder' as const), path: fc.string().map((path) => `${path}/`) }),
);

it('a listing is read back as it was written, whatever the names', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      expect(decodeTree(encodeTree(entries))).toEqual(entries);
    }),
  );
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
