import { expect, test } from 'vitest';
import { wasmNotice } from './wasm-notice.ts';

const pip =
  '`python3 -m pip download` exited with code 1. It said last:\n  | \u001B[31mERROR: offline\u001B[0m\n  | \u001B[0m';

test('one line says what computes, how slow it is, why, and what to do', () => {
  expect(wasmNotice(['no Python', pip, `${'x'.repeat(121)}\n  | at line 3`])).toBe(
    'Engine: WebAssembly, 3 to 6 times slower than native TensorFlow, which could not be set up ' +
      `(no Python; ERROR: offline; ${'x'.repeat(120)}…). ` +
      'Run `limber doctor` to see what to install, then `limber setup`.',
  );
});
