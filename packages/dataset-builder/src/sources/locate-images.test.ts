import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Listing } from './listing.ts';
import { locateImages } from './locate-images.ts';

const listing: Listing = {
  root: '/data',
  files: ['annotations/all.json', 'images/a/1.jpg', 'images/b/1.jpg'],
  headOf: () => Promise.resolve({ type: 'other', keys: new Set() }),
  pathOf: (file) => join('/data', file),
};

test.each([
  ['images/b/1.jpg'],
  ['./images/b/1.jpg'],
  ['images\\b\\1.jpg'],
  ['.\\images\\b\\1.jpg'],
  ['images\\a\\..\\b\\1.jpg'],
  ['images/a/../b/1.jpg'],
])('the name %s is that of an image, on whichever system it was written', (name) => {
  const file = 'annotations/all.json';
  const beside = locateImages(listing, { names: ['images/a/1.jpg', name], file, hint: '' });
  expect(beside.decision).toBe('images beside it');
  // with one that is missing, each is found by the end of its path
  const alone = locateImages(listing, { names: [name, 'gone.jpg'], file, hint: '' });
  expect(alone.decision).toBe('images by the ends of their paths');
  expect(alone.pathOf(name)).toBe('/data/images/b/1.jpg');
});
