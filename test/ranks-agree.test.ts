import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { hasNativeEngine } from '../packages/engine/src/loading/find-test-engine.suite.ts';
import { limber } from './limber-command.ts';
import { nudge, useRankTraining } from './rank-training.ts';

vi.setConfig({ testTimeout: 240_000 });

const training = useRankTraining({ logEveryNSteps: 1 });
const { root, prepare, launch, strike, weightsOf, checkpointsOf } = training;

/** So many that a signal surely comes before the last one. */
const long = { maxSteps: 30 };

/** Steps of the lines of a training's log. */
const stepsOf = (name: string): number[] =>
  readFileSync(join(root, name, 'logs/metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly step: number }).step);

async function succeed(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { exitCode, stderr } = await limber(words, root, env);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stderr;
}

/** The heatmaps of a rank's sixth batch of two are NaN: from then on its exponentials are. */
const spoil = `let count = 0;
export default function spoil() {
  count += 1;
  const isSpoiled = process.env.SPOILED_RANK === process.env.LIMBER_RANK && count > 2 * 5;
  if (isSpoiled) Math.exp = () => Number.NaN;
}
`;

describe.runIf(hasNativeEngine && process.platform === 'linux')('two ranks', () => {
  test('stop early after the same step as one process, with its weights', async () => {
    const rules = {
      earlyStopping: { monitor: 'val/loss', mode: 'min', patience: 2, minDelta: 1000 },
    };
    const often = { checkValEveryNEpoch: 1, maxSteps: 60 };
    await succeed(prepare('early-alone', often, rules));
    const said = await succeed(launch('early', often, rules));
    expect(said.match(/EarlyStopping/g)).toHaveLength(1);
    // three epochs of three steps: the first is the best, and patience counts two more
    expect([stepsOf('early-alone').at(-1), stepsOf('early').at(-1)]).toEqual([9, 9]);
    await succeed(prepare('early-nudged', { ...often, ...nudge }, rules));
    training.expectEqualButForRounding('early-alone', 'early', 'early-nudged');
  });

  describe('whose clocks differ', () => {
    const hour = { maxTime: '00:01:00:00', maxSteps: 6 };
    /** The clock of one rank is a million times as fast. */
    const fastClock = (rank: number): NodeJS.ProcessEnv => {
      const file = join(root, `fast-${rank}.mjs`);
      writeFileSync(
        file,
        `if (process.env.LIMBER_RANK === '${rank}') {
          const now = performance.now.bind(performance);
          performance.now = () => now() * 1e6;
        }`,
      );
      return { NODE_OPTIONS: `--import=${file}` };
    };

    test('go by that of the first: the time of another one is over, and all go on', async () => {
      await succeed(launch('timed', hour));
      const said = await succeed(launch('second-fast', hour), fastClock(1));
      expect(said).not.toContain('is over: training stops');
      expect(weightsOf('second-fast').equals(weightsOf('timed'))).toBe(true);
    });

    test('go by that of the first: its time is over, and all stop after the same step', async () => {
      const said = await succeed(launch('first-fast', hour), fastClock(0));
      expect(said.match(/The time of 3600 seconds is over: training stops/g)).toHaveLength(1);
      expect(stepsOf('first-fast').at(-1)).toBe(1);
    });
  });

  test.each([0, 1])(
    'of which rank %i alone is told to end save together, and go on to the same bytes',
    async (rank) => {
      const name = `told-${rank}`;
      if (rank === 0) await succeed(launch('untold', long));
      const words = launch(name, long);
      const told = await strike(name, words, { rank, signal: 'SIGTERM', delayMs: 50 });
      expect(told).toMatchObject({ exitCode: 143 });
      const lines = told.stderr.split('\n').filter((line) => line.includes('nterrupted'));
      expect(lines).toHaveLength(1);
      const step = Number(/after step (\d+)/.exec(lines[0]!)?.[1]);
      expect(await succeed(words)).toContain(`step ${step})`);
      expect(weightsOf(name).equals(weightsOf('untold'))).toBe(true);
    },
  );

  test('of which one has a NaN end with its error, its part of the batch and no bad checkpoint', async () => {
    writeFileSync(join(root, 'spoil.mjs'), spoil);
    const order = ['shift', 'scale', 'rotation', 'flip', './spoil.mjs'];
    const spoiled = { augmentation: { halfBody: null, order } };
    const words = launch('spoiled', { maxSteps: 8 }, spoiled);
    const { exitCode, stderr } = await limber(words, root, { SPOILED_RANK: '1' });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
    expect(stderr.match(/The loss is NaN/g)).toHaveLength(2);
    expect(stderr).toContain('[rank 1] The loss is NaN: the batch is in ');
    expect(stderr).toContain(
      'rank 1 of 2: The loss is NaN at step 6 (epoch 1): expected a finite number.',
    );
    const work = readdirSync(join(root, 'spoiled/work'));
    expect(work.filter((name) => name.startsWith('nan-at-step'))).toEqual(['nan-at-step-6-rank-1']);
    expect(checkpointsOf('spoiled').toSorted()).toEqual([
      'last-epoch=0-step=2.safetensors',
      'last-epoch=1-step=4.safetensors',
    ]);
    await succeed(words);
    await succeed(launch('unspoiled', { maxSteps: 8 }, spoiled));
    expect(weightsOf('spoiled').equals(weightsOf('unspoiled'))).toBe(true);
  });

  test('go on as one process, and that as two again, at the start of an epoch', async () => {
    const epochs = (count: number): object => ({
      epochs: count,
      schedule: { type: 'constant' },
    });
    await succeed(prepare('epochs-alone', {}, epochs(3)));
    await succeed(launch('epochs', {}, epochs(1)));
    expect(await succeed(prepare('epochs', {}, epochs(2)))).toContain('Going on from ');
    expect(await succeed(launch('epochs', {}, epochs(3)))).toContain('Going on from ');
    expect(stepsOf('epochs')).toEqual(stepsOf('epochs-alone'));
    await succeed(prepare('epochs-nudged', nudge, epochs(3)));
    training.expectEqualButForRounding('epochs-alone', 'epochs', 'epochs-nudged');
  });
});
