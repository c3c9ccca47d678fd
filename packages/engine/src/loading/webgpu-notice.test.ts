import { expect, test } from 'vitest';
import type { WebgpuAdapter } from './webgpu-adapter.ts';
import { nameAdapter } from './webgpu-adapter.ts';
import { webgpuNotice } from './webgpu-notice.ts';

const card: WebgpuAdapter = {
  vendor: 'nvidia',
  architecture: 'ampere',
  description: 'NVIDIA GeForce RTX 3060',
  isFallback: false,
  maxBufferBytes: 2 ** 30,
  maxBindingBytes: 2 ** 28,
};

test('a person reads what computes, why, and that nobody knows how fast', () => {
  expect(webgpuNotice(card)).toBe(
    'Engine: WebGPU on nvidia ampere, NVIDIA GeForce RTX 3060, not native TensorFlow, because it was asked for. ' +
      'How much slower or faster it is has not been measured; `limber bench step --backend webgpu` measures it.',
  );
});

test('an adapter is named by what it tells, and a program is called one', () => {
  expect(nameAdapter({ ...card, architecture: '' })).toBe('nvidia, NVIDIA GeForce RTX 3060');
  expect(nameAdapter({ ...card, vendor: '', architecture: '', description: '' })).toBe(
    'an adapter without a name',
  );
  expect(
    nameAdapter({
      ...card,
      vendor: 'google',
      architecture: 'swiftshader',
      description: '',
      isFallback: true,
    }),
  ).toBe('google swiftshader (software, on the processor)');
});
