import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { instructionSetsIn, noticeOfEngine, readEngineEnvironment } from './engine-environment.ts';
import { hasWebgpu } from './loading/find-webgpu.suite.ts';
import { nameAdapter, readWebgpuAdapter } from './loading/webgpu-adapter.ts';
import { placeTools } from './provisioning/place-tools.suite.ts';
import { provision } from './provisioning/provision.ts';
import { rememberUnavailable, unavailableReasons } from './provisioning/engine-unavailable.ts';

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'limber-environment-'));
  vi.stubEnv('LIMBER_CACHE_DIR', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
});

it('before the engine is set up, tells the one that setting up gives', async () => {
  const found = await readEngineEnvironment({ precision: '32', provision: false });
  expect(found['engine']).toMatch(/^(native|CUDA) TensorFlow 2\.21\.0$/);
  expect(found['precision']).toBe('32');
  expect(found['platform']).toMatch(new RegExp(`^${process.platform} ${process.arch}`));
});

it('tells WebAssembly where no engine could be set up, and that one is used', async () => {
  rememberUnavailable(['no compiler']);
  const found = await readEngineEnvironment({ precision: 'auto', provision: true });
  expect(found).toMatchObject({ engine: 'WebAssembly TensorFlow.js 4.22.0', precision: '32' });
  expect(await noticeOfEngine()).toBe(
    'Engine: WebAssembly, 3 to 6 times slower than native TensorFlow, which could not be set up ' +
      '(no compiler). Run `limber doctor` to see what to install, then `limber setup`.',
  );
  const used = await provision(() => undefined);
  expect(used).toEqual({ type: 'none', because: ['no compiler'] });
  rememberUnavailable(undefined);
  expect(unavailableReasons()).toBeUndefined();
  expect(await noticeOfEngine()).toBeUndefined();
});

it.each([
  ['wasm', 'WebAssembly TensorFlow.js 4.22.0'],
  ['javascript', 'TensorFlow.js 4.22.0'],
])('tells the engine that LIMBER_ENGINE=%s asks for, and sets up nothing', async (name, engine) => {
  vi.stubEnv('LIMBER_ENGINE', name);
  const found = await readEngineEnvironment({ precision: 'auto', provision: true });
  expect(found).toMatchObject({ engine, precision: '32' });
  expect(await noticeOfEngine()).toBeUndefined();
});

it('what goes on without a native engine knows why', async () => {
  const folder = process.env['LIMBER_CACHE_DIR']!;
  vi.stubEnv('PATH', placeTools(folder, { download: 'echo no such index; exit 1' }));
  const found = await readEngineEnvironment({ precision: '32', provision: true });
  expect(found['engine']).toBe('WebAssembly TensorFlow.js 4.22.0');
  expect(await noticeOfEngine()).toMatch(
    /^Engine: WebAssembly, .* \(pip cannot download tensorflow-cpu==2\.21\.0\./,
  );
});

it('the instruction sets that decide the numbers', () => {
  const cpuInfo = 'processor\t: 0\nflags\t\t: fpu sse2 avx amx_bf16 avx2 avx512f ht\n';
  expect(instructionSetsIn(cpuInfo)).toEqual(['avx', 'avx2', 'avx512f', 'amx_bf16']);
  expect(instructionSetsIn('Features\t: fp asimd sve\n')).toEqual(['asimd', 'sve']);
  expect(instructionSetsIn('')).toEqual([]);
});

it.runIf(hasWebgpu)('tells the graphics processor that WebGPU computes on', async () => {
  vi.stubEnv('LIMBER_ENGINE', 'webgpu');
  const found = await readEngineEnvironment({ precision: 'auto', provision: true });
  const gpu = nameAdapter(await readWebgpuAdapter());
  expect(found).toMatchObject({ engine: 'WebGPU TensorFlow.js 4.22.0', precision: '32', gpu });
  expect(await noticeOfEngine()).toMatch(
    `Engine: WebGPU on ${gpu}, not native TensorFlow, because it was asked for.`,
  );
});
