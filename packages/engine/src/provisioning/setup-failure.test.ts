import { expect, test } from 'vitest';
import { setupFailure } from './setup-failure.ts';

test('every reason is told, and that the first is to be mended', () => {
  expect(setupFailure(['No compiler. Install one.', '`node x` failed.\n  | no network'])).toBe(
    'No native TensorFlow could be set up:\n' +
      '- No compiler. Install one.\n' +
      '- `node x` failed.\n    | no network\n' +
      'Mend the first of these, then run `limber setup` again. Until then Limber computes in WebAssembly, 3 to 6 times slower.',
  );
});
