import { expect, test } from 'vitest';
import { formatFileName } from './format-file-name.ts';

const values = { epoch: 3, step: 400, 'val/AP': 0.71239 };

test.each([
  ['{epoch}-{step}', 'epoch=3-step=400'],
  ['best-{step:06d}', 'best-step=000400'],
  ['{epoch}-{val/AP:.3f}', 'epoch=3-val-AP=0.712'],
  ['{never/logged:.1f}', 'never-logged=0.0'],
  ['plain', 'plain'],
])('%s becomes %s', (template, expected) => {
  expect(formatFileName(template, values)).toBe(expected);
});
