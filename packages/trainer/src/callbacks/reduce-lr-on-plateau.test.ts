import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { afterAll, describe, expect, test } from 'vitest';
import type { LinearBatch, LinearModule } from '../fixtures/linear-module.suite.ts';
import {
  createLinearModule,
  linearSource,
  readLinearWeights,
} from '../fixtures/linear-module.suite.ts';
import { useLinearModule } from '../fixtures/use-linear-module.suite.ts';
import type { Callback } from '../hooks/callback.ts';
import { Trainer } from '../trainer.ts';
import { createModelCheckpoint } from './model-checkpoint.ts';
import type { ReduceLROnPlateauOptions } from './reduce-lr-on-plateau.ts';
import { createReduceLROnPlateau } from './reduce-lr-on-plateau.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-plateau-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each), { isLogging: false });

const scoredBy = (inner: LinearModule, scores: readonly number[]): LinearModule => ({
  ...inner,
  validationStep: (_batch, _index, trainer) => trainer.log('score', scores[trainer.currentEpoch]!),
});

/** The learning rate of each epoch, where the schedule says 0.05. */
async function ratesOf(
  scores: readonly number[],
  options: Omit<ReduceLROnPlateauOptions, 'monitor'>,
): Promise<number[]> {
  const rates: number[] = [];
  const watch: Callback<LinearBatch> = {
    onTrainBatchStart: (trainer) => void rates.push(Number(trainer.learningRate.toPrecision(6))),
  };
  const plateau = createReduceLROnPlateau({ monitor: 'score', ...options });
  const callbacks = [plateau, watch];
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: scores.length, callbacks });
  const data = { train: linearSource(1), val: linearSource(1) };
  await trainer.fit(scoredBy(module, scores), data);
  return rates;
}

describe('the learning rate', () => {
  test('falls after more than patience checks without improvement', async () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    expect(await ratesOf([5, 4, 4, 4, 4, 4, 4], { patience: 1, factor: 0.5, write })).toEqual([
      0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.0125,
    ]);
    expect(lines).toEqual([
      'ReduceLROnPlateau: score has not improved on 4, the learning rate falls from 0.05 to 0.025',
      'ReduceLROnPlateau: score has not improved on 4, the learning rate falls from 0.025 to 0.0125',
    ]);
  });

  test('waits while it cools down', async () => {
    const options = { patience: 0, factor: 0.5, cooldown: 2 };
    expect(await ratesOf([1, 1, 1, 1, 1, 1], options)).toEqual([
      0.05, 0.05, 0.025, 0.025, 0.025, 0.0125,
    ]);
  });

  test('does not fall below minLr, nor by less than eps', async () => {
    const options = { patience: 0, minLr: 0.02 };
    expect(await ratesOf([1, 1, 1, 1], options)).toEqual([0.05, 0.05, 0.02, 0.02]);
    expect(await ratesOf([1, 1, 1], { patience: 0, eps: 0.1 })).toEqual([0.05, 0.05, 0.05]);
    // as in PyTorch, a fall by eps itself is left out
    const half = { patience: 0, factor: 0.5 };
    expect(await ratesOf([1, 1, 1], { ...half, eps: 0.025 })).toEqual([0.05, 0.05, 0.05]);
    expect(await ratesOf([1, 1, 1], { ...half, eps: 0.0249 })).toEqual([0.05, 0.05, 0.025]);
  });

  test('says nothing where it can fall no further', async () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    await ratesOf([1, 1, 1, 1], { patience: 0, minLr: 0.02, write });
    expect(lines).toHaveLength(1);
    await ratesOf([1, 1, 1, 1], { patience: 0, minLr: 0.05, write });
    expect(lines).toHaveLength(1);
  });

  test('goes by the ends of epochs where nothing is validated, and by a fit alone', async () => {
    const scores = [3, 3, 3, 3];
    const training: LinearModule = {
      ...module,
      trainingStep: (batch, index, trainer) => {
        const score = scores[trainer.currentEpoch]!;
        trainer.log('score', score, { onStep: false, onEpoch: true });
        return module.trainingStep(batch, index, trainer);
      },
      validationStep: (_batch, _index, trainer) => trainer.log('score', 3),
    };
    const rates: number[] = [];
    const plateau = createReduceLROnPlateau({ monitor: 'score', patience: 1, factor: 0.5 });
    const watch: Callback<LinearBatch> = {
      onTrainBatchStart: (trainer) => void rates.push(trainer.learningRate),
    };
    const callbacks = [plateau, watch];
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 4, callbacks });
    await trainer.fit(training, { train: linearSource(1) });
    expect(rates).toEqual([0.05, 0.05, 0.05, 0.025]);
    const before = plateau.stateDict!();
    await trainer.validate(training, linearSource(1));
    expect(plateau.stateDict!()).toEqual(before);
    // with validation, the end of the epoch counts for nothing
    rates.length = 0;
    const other = createReduceLROnPlateau({ monitor: 'score', patience: 1, factor: 0.5 });
    const both = new Trainer<LinearBatch>({ engine, maxEpochs: 4, callbacks: [other, watch] });
    await both.fit(training, { train: linearSource(1), val: linearSource(1) });
    expect(rates).toEqual([0.05, 0.05, 0.05, 0.025]);
  });

  test('of a metric that nobody logs is an error, or is left alone without strict', async () => {
    await expect(ratesOf([1, 1], { monitor: 'scor' } as never)).rejects.toThrow(
      'ReduceLROnPlateau.monitor: a metric that was not logged: expected one of score, got scor. Did you mean "score"?',
    );
    const lax = { monitor: 'scor', strict: false, patience: 0 } as never;
    expect(await ratesOf([1, 1, 1], lax)).toEqual([0.05, 0.05, 0.05]);
  });

  test.each<
    [string, Omit<ReduceLROnPlateauOptions, 'monitor'>, { scores: number[]; last: number }]
  >([
    ['a relative threshold', { threshold: 0.1 }, { scores: [10, 9.5, 8.9], last: 0.005 }],
    ['one that is to be passed, not met', { threshold: 0.5 }, { scores: [10, 5, 2], last: 0.005 }],
    [
      'a relative one of the larger the better',
      { threshold: 0.1, mode: 'max' },
      { scores: [10, 11.5, 12.7], last: 0.05 },
    ],
    [
      'an absolute one',
      { threshold: 1, thresholdMode: 'abs' },
      { scores: [10, 8.5, 8], last: 0.05 },
    ],
    [
      'an absolute one of the larger the better',
      { threshold: 1, thresholdMode: 'abs', mode: 'max' },
      { scores: [10, 10.5, 10.5], last: 0.005 },
    ],
    [
      'an absolute one that is to be passed, not met',
      { threshold: 0.5, thresholdMode: 'abs', mode: 'max' },
      { scores: [10, 10.5, 10], last: 0.005 },
    ],
    ['the larger the better', { mode: 'max' }, { scores: [1, 2, 3], last: 0.05 }],
  ])('knows %s', async (_case, options, { scores, last }) => {
    expect(await ratesOf(scores, { patience: 0, ...options })).toEqual([0.05, 0.05, last]);
  });
});

test('a fit that was interrupted falls at the same steps', async () => {
  const scores = [3, 3, 3, 3, 3, 3];
  const fit = async (into: LinearModule, folder: string, stopAt: number): Promise<void> => {
    const stopping: Callback<LinearBatch> = {
      onTrainEpochStart: ({ currentEpoch }) => {
        if (currentEpoch === stopAt) throw new Error('stopped');
      },
    };
    const plateau = createReduceLROnPlateau({ monitor: 'score', patience: 1, factor: 0.3 });
    const keeper = createModelCheckpoint({ dirpath: join(root, folder) });
    const callbacks = [plateau, stopping, keeper];
    const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: scores.length, callbacks });
    const data = { train: linearSource(2), val: linearSource(1) };
    await trainer.fit(scoredBy(into, scores), data, { ckptPath: 'last' });
  };
  await fit(module, 'whole', Infinity);
  const other = createLinearModule(engine, { isLogging: false });
  await expect(fit(other, 'part', 4)).rejects.toThrow('stopped');
  const resumed = createLinearModule(engine, { isLogging: false });
  await fit(resumed, 'part', Infinity);
  expect(readLinearWeights(resumed)).toEqual(readLinearWeights(module));
  other.dispose();
  resumed.dispose();
});
