import { expect, test } from 'vitest';
import { javascriptWarning } from './javascript-warning.ts';

test('the warning says how slow it is, why, and what to do', () => {
  expect(javascriptWarning(['no Python', 'no network'])).toBe(
    'WARNING: no native TensorFlow could be set up; computing in plain JavaScript.\n' +
      'That is thousands of times slower: enough to see that a model runs, not to train one.\n' +
      '- no Python\n' +
      '- no network\n' +
      'Run `limber doctor` to see what to install, then `limber setup` to try again.',
  );
});
