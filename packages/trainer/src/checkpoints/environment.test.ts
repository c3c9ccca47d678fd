import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, expect, test, vi } from 'vitest';
import { createModelCheckpoint } from '../callbacks/model-checkpoint.ts';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import { linearSource } from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import { Trainer } from '../trainer.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { cardsIn, environmentOf, instructionsIn } from './environment.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-environment-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

test('a checkpoint names what computed it, and one from elsewhere is gone on from with a warning', async () => {
  const keeper = createModelCheckpoint({ dirpath: root });
  const fit = async (maxEpochs: number): Promise<string[]> => {
    const warnings: string[] = [];
    const onWarning = (line: string): void => void warnings.push(line);
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs, callbacks: [keeper], onWarning });
    await trainer.fit(module, { train: linearSource(2) }, { ckptPath: 'last' });
    return warnings;
  };
  expect(await fit(1)).toEqual([]);
  const file = keeper.bestModelPath!;
  const { facts, arrays } = await readCheckpoint(file);
  const { environment } = facts;
  expect(environment).toMatchObject({
    engine: engine.kind,
    threads: engine.threads,
    precision: engine.precision,
    processor: os.cpus()[0]!.model.trim(),
    device: engine.kind === 'native-cuda' ? environment.device : 'processor',
  });
  expect(environment.instructionSet.split(' ')[0]).toBe(os.arch());
  expect(await fit(2)).toEqual([]);

  const other = { ...environment, processor: 'Another', instructionSet: 'x64 sse4_2' };
  const contents = { facts: { ...facts, environment: other }, arrays };
  await writeCheckpoint(keeper.bestModelPath!, contents);
  expect(await fit(3)).toEqual([
    `The checkpoint was computed elsewhere (processor was Another, is ${environment.processor}; ` +
      `instructionSet was x64 sse4_2, is ${environment.instructionSet}): training goes on, but its weights will differ ` +
      'in their last bits, and its files in their bytes, from those of a run that was never interrupted.',
  ]);
});

test('of the instructions those count that kernels are chosen by, whatever order the system lists them in', () => {
  const intel =
    'processor\t: 0\nflags\t\t: sse4_2 fpu fma avx512f avx2 amx_tile savx\nflags\t: neon\n';
  expect(instructionsIn(intel)).toEqual(['amx_tile', 'avx2', 'avx512f', 'fma', 'sse4_2']);
  expect(instructionsIn('Features\t: fp asimd sve2 i8mm\n')).toEqual(['asimd', 'i8mm', 'sve2']);
  expect(instructionsIn('')).toEqual([]);
});

test('the processor is named as the system names it, without the spaces around', () => {
  const cpus = vi.spyOn(os, 'cpus');
  const [one] = os.cpus();
  cpus.mockReturnValueOnce([{ ...one!, model: ' Fast 9 ' }]).mockReturnValueOnce([]);
  expect(environmentOf(engine).processor).toBe('Fast 9');
  expect(environmentOf(engine).processor).toBe('unknown');
  cpus.mockRestore();
});

test('cards are named as their driver names them', () => {
  const folder = join(root, 'gpus');
  for (const [card, text] of [
    ['0000:02', 'Model: \t NVIDIA B\nIRQ: 1\n'],
    ['0000:01', 'IRQ: 0\nModel:  NVIDIA A \n'],
    ['0000:03', 'IRQ: 2\n'],
  ] as const) {
    mkdirSync(join(folder, card), { recursive: true });
    writeFileSync(join(folder, card, 'information'), text);
  }
  mkdirSync(join(folder, '0000:04'));
  expect(cardsIn(folder)).toBe('NVIDIA A, NVIDIA B, unknown, unknown');
  expect(cardsIn(join(root, 'nowhere'))).toBe('unknown');
});

test('threads count for the native engine alone, and a graphics processor is named', () => {
  const adapter: NonNullable<Engine['webgpu']> = {
    vendor: 'a vendor',
    architecture: 'xe',
    description: '',
    isFallback: false,
    maxBufferBytes: 1,
    maxBindingBytes: 1,
  };
  const webgpu = environmentOf({ ...engine, kind: 'webgpu', native: null, webgpu: adapter });
  expect(webgpu.threads).toBe(null);
  expect(webgpu.device).toContain('a vendor');
  expect(environmentOf({ ...engine, kind: 'native-cuda', webgpu: null }).device).toBe(
    cardsIn('/proc/driver/nvidia/gpus'),
  );
});
