import { expect, test } from 'vitest';
import { parseHead } from './file-head.ts';
import { filesWith } from './format.ts';
import type { Listing } from './listing.ts';

test.each<[string, string, ...string[]]>([
  ['an object', '{"images": [{"id": 1}], "annotations', 'object', 'images'],
  ['objects', '[{"data": {"image": 1}, "annotations": [', 'list', 'data', 'annotations'],
  ['XML', '<?xml version="1.0"?>\n<annotations>\n<version>', 'xml', 'annotations', 'version'],
  ['YAML', '# legs\nkpt_shape: [3, 3]\nnames:\n  0: leg', 'other', 'kpt_shape', 'names'],
  ['nothing known', 'hello', 'other'],
])('%s is told by its first characters', (_, text, ...expected) => {
  const { type, keys } = parseHead(text);
  expect([type, ...keys]).toEqual(expected);
});

test('names that no format has are not kept', () => {
  expect([...parseHead(`{"${'x'.repeat(2000)}": 1, "images": 2}`).keys]).toEqual(['images']);
});

test('of many files, few are open at once', async () => {
  const files = Array.from({ length: 500 }, (_, index) => `${index}.json`);
  let open = 0;
  let most = 0;
  const listing: Listing = {
    root: '.',
    files,
    pathOf: (file) => file,
    async headOf() {
      most = Math.max(most, ++open);
      await new Promise((done) => setImmediate(done));
      open -= 1;
      return parseHead('{"images": 1}');
    },
  };
  expect(await filesWith(listing, files, ({ keys }) => keys.has('images'))).toEqual(files);
  expect(most).toBeLessThanOrEqual(32);
});
