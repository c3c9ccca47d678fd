import { expect, test } from 'vitest';
import { wasmNotice } from './wasm-notice.ts';

test('one line says what computes, how slow it is, why, and what to do', () => {
  expect(
    wasmNotice(['no Python', '`pip download` exited with code 1. It said last:\n\nERROR: offline']),
  ).toBe(
    'Engine: WebAssembly, 3 to 6 times slower than native TensorFlow, which could not be set up ' +
      '(no Python; ERROR: offline). Run `limber doctor` to see what to install, then `limber setup`.',
  );
});
