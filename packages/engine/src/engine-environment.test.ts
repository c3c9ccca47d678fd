import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { instructionSetsIn, readEngineEnvironment } from './engine-environment.ts';
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

it('tells the JavaScript backend where no engine could be set up, and that one is used', async () => {
  rememberUnavailable(['no compiler']);
  const found = await readEngineEnvironment({ precision: 'auto', provision: true });
  expect(found).toMatchObject({ engine: 'TensorFlow.js 4.22.0', precision: '32' });
  const used = await provision(() => undefined);
  expect(used).toEqual({ type: 'javascript', because: ['no compiler'] });
  rememberUnavailable(undefined);
  expect(unavailableReasons()).toBeUndefined();
});

it('what goes on without a native engine says why on standard error', async () => {
  const folder = process.env['LIMBER_CACHE_DIR']!;
  vi.stubEnv('PATH', placeTools(folder, { download: 'echo no such index; exit 1' }));
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const found = await readEngineEnvironment({ precision: '32', provision: true });
  const said = write.mock.calls.map(([text]) => text).join('');
  write.mockRestore();
  expect(found['engine']).toBe('TensorFlow.js 4.22.0');
  expect(said).toMatch(
    /No native TensorFlow could be set up:\n- pip cannot download [^]*no such index/,
  );
});

it('the instruction sets that decide the numbers', () => {
  const cpuInfo = 'processor\t: 0\nflags\t\t: fpu sse2 avx amx_bf16 avx2 avx512f ht\n';
  expect(instructionSetsIn(cpuInfo)).toEqual(['avx', 'avx2', 'avx512f', 'amx_bf16']);
  expect(instructionSetsIn('Features\t: fp asimd sve\n')).toEqual(['asimd', 'sve']);
  expect(instructionSetsIn('')).toEqual([]);
});
