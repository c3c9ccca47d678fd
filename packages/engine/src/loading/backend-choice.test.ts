import { expect, test } from 'vitest';
import { resolveBackend } from './backend-choice.ts';

test('LIMBER_ENGINE says what auto means, and nothing else', () => {
  expect(resolveBackend('auto', {})).toBe('auto');
  expect(resolveBackend('auto', { LIMBER_ENGINE: '' })).toBe('auto');
  expect(resolveBackend('auto', { LIMBER_ENGINE: 'wasm' })).toBe('wasm');
  expect(resolveBackend('native', { LIMBER_ENGINE: 'wasm' })).toBe('native');
});

test('an engine that there is not is refused', () => {
  expect(() => resolveBackend('auto', { LIMBER_ENGINE: 'wasn' })).toThrow(
    'LIMBER_ENGINE: expected auto, native, wasm, webgpu, javascript, got "wasn". Did you mean "wasm"?',
  );
});
