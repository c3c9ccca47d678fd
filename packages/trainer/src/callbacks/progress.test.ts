import type { Engine } from '@limber/engine';
import { beforeAll, expect, test } from 'vitest';
import type { LinearBatch } from '../fixtures/linear-module.suite.ts';
import { createLinearModule, linearSource } from '../fixtures/linear-module.suite.ts';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import type { TrainerFlags } from '../loops/trainer-flags.ts';
import { Trainer } from '../trainer.ts';
import { createProgressBar, createProgressJson } from './progress.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
});

const samplesOf = ({ size }: LinearBatch): number => size;

/** A fit of 2 epochs with 4 steps, each of which takes a second, and a validation besides that nothing is shown of. */
async function fit(
  create: (now: () => number) => Callback<LinearBatch>,
  flags: Partial<TrainerFlags> = {},
): Promise<void> {
  let ms = 3000;
  const module = createLinearModule(engine);
  const clock: Callback<LinearBatch> = { onTrainBatchStart: () => void (ms += 1000) };
  const callbacks = [clock, create(() => ms)];
  const trainer = new Trainer<LinearBatch>({
    engine,
    maxEpochs: 2,
    numSanityValSteps: 0,
    ...flags,
    callbacks,
  });
  const source = { ...linearSource(4), batchesPerEpoch: flags.maxEpochs === -1 ? Infinity : 4 };
  await trainer.fit(module, { train: source, val: linearSource(2) });
  await trainer.validate(module, linearSource(1));
  module.dispose();
}

test('the bar is drawn over itself, and stays after a validation', async () => {
  let text = '';
  const terminal = { columns: 70, write: (part: string) => void (text += part) };
  await fit((now) => createProgressBar({ terminal, samplesOf, now }));
  const kept = text.split('\n').map((line) => line.split('\r\u001B[2K').at(-1)!);
  expect(kept.map((line) => line.replaceAll(/loss [\d.]+/g, 'loss x'))).toEqual([
    'epoch 1/2  step 4/8  train/loss x',
    'epoch 2/2  step 8/8  train/loss x',
    '',
    '',
  ]);
  const drawn = text.split('\r\u001B[2K');
  expect(drawn[1]).toMatch(/^█{3}░{21} {2}epoch 1\/2 {2}step 1\/8 {2}train\/loss [\d.]+ {2}4/);
  expect(drawn[1]!.length).toBe(69);
  expect(drawn.filter((part) => part.startsWith('validating'))).toEqual([
    'validating 1/2',
    'validating 2/2',
    'validating 1/2',
    'validating 2/2',
  ]);
  const bars = drawn.flatMap((part) => /^█*░*(?=  epoch)/.exec(part)?.[0] ?? []);
  expect(bars.filter((bar) => bar !== '').map((bar) => bar.indexOf('░'))).toEqual([
    3, 6, 9, 12, 15, 18, 21, -1,
  ]);
});

test('the bar of a fit without end stays empty', async () => {
  let text = '';
  const terminal = { write: (part: string) => void (text += part) };
  const create = (now: () => number): Callback<LinearBatch> => ({
    ...createProgressBar({ terminal, samplesOf, now }),
    onTrainEpochStart: (trainer) => trainer.stop(),
  });
  await fit(create, { maxEpochs: -1, minSteps: 2 });
  expect(text).toContain(`${'░'.repeat(24)}  epoch 1  step 1  `);
});

test('the JSON progress is one object a line', async () => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  await fit((now) => createProgressJson({ write, samplesOf, everySeconds: 3, now }));
  const reports = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(reports.map(({ event, step }) => [event, step])).toEqual([
    ['progress', 3],
    ['validated', 4],
    ['progress', 7],
    ['validated', 8],
  ]);
  expect(reports[0]).toMatchObject({
    epoch: 1,
    epochs: 2,
    steps: 8,
    imagesPerSecond: 4,
    secondsLeft: 5,
    metrics: { 'train/loss': expect.any(Number) as number },
  });
});

test('without a clock the time is that of the process', async () => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  await fit(() => createProgressJson({ write, samplesOf, everySeconds: 0 }));
  const reports = lines.map((line) => JSON.parse(line) as { event: string });
  expect(reports.filter(({ event }) => event === 'progress')).toHaveLength(8);
});
