import { expect, test } from 'vitest';
import { namesLayer } from './frozen-layers.ts';

const weight = 'backbone.layers.11.attn.qkv/kernel';

test.each([
  ['backbone', true],
  ['backbone.layers.11', true],
  ['backbone.layers.1', false],
  ['backbone.layers.*.attn', true],
  ['backbone.*.attn', false],
  ['*.layers', true],
  ['backbone.layers.11.attn.qkv.kernel', true],
  ['layers', false],
  ['backbone.layers.11.attn.qkv.kernel.more', false],
])('%s names the weight: %s', (pattern, names) => {
  expect(namesLayer(pattern, weight)).toBe(names);
});
