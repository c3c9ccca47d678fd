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
  const names = ['images/a/1.jpg', name];
  const places = locateImages(listing, { names, file: 'annotations/all.json', hint: '' });
  expect(places.decision).toBe('images beside it');
});
