import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toHistogram } from './histogram.ts';
import { readEvents } from './read-events.suite.ts';
import { createTensorboardLogger } from './tensorboard-logger.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-tensorboard-'));
afterAll(() => rmSync(root, { recursive: true }));

const file = 'events.out.tfevents.limber';
const now = (): number => 1_700_000_000_000;
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

describe('the TensorBoard logger', () => {
  test('writes scalars, pictures and histograms that a reader of the format finds', async () => {
    const folder = join(root, 'all');
    const logger = createTensorboardLogger(folder, { now });
    await logger.open(null);
    const at = { step: 300, epoch: 2, samples: 2400 };
    logger.logMetrics({ 'train/loss': 0.5, lr: 1e-3 }, at);
    logger.logImage!('val/person', { png, width: 7, height: 200 }, at);
    logger.logHistogram!('weights/kernel', Float32Array.of(-1, 0, 0.5, 0.5, 3), at);
    await logger.sync();
    await logger.close();

    expect(readdirSync(folder)).toEqual([file]);
    const events = readEvents(readFileSync(join(folder, file)));
    expect(events.map(({ wallTime }) => wallTime)).toEqual(events.map(() => 1_700_000_000));
    const [version, scalars, image, histogram] = events;
    expect(version).toMatchObject({ version: 'brain.Event:2', step: 0 });
    expect(scalars).toMatchObject({
      step: 300,
      values: [
        { tag: 'train/loss', scalar: 0.5 },
        { tag: 'lr', scalar: Math.fround(1e-3) },
      ],
    });
    expect(image).toMatchObject({
      step: 300,
      values: [{ tag: 'val/person', image: { width: 7, height: 200, png: Buffer.from(png) } }],
    });
    expect(histogram).toMatchObject({
      step: 300,
      values: [{ tag: 'weights/kernel', histogram: { min: -1, max: 3, count: 5, sum: 3 } }],
    });
  });

  test('goes on from a checkpoint with the bytes of a log that was never interrupted', async () => {
    const write = async (name: string, isInterrupted: boolean): Promise<Buffer> => {
      const folder = join(root, name);
      let logger = createTensorboardLogger(folder, { now });
      await logger.open(null);
      for (let step = 1; step <= 6; step++) {
        if (step === 4 && isInterrupted) {
          const state = logger.getState();
          logger.logMetrics({ loss: 99 }, { step: 4, epoch: 0, samples: 0 });
          await logger.close();
          logger = createTensorboardLogger(folder, { now });
          await logger.open(state);
        }
        logger.logMetrics({ loss: 1 / step }, { step, epoch: 0, samples: 0 });
      }
      await logger.close();
      return readFileSync(join(folder, file));
    };
    expect(await write('interrupted', true)).toEqual(await write('whole', false));
  });

  test('draws over samples when asked to', async () => {
    const folder = join(root, 'samples');
    const logger = createTensorboardLogger(folder, { xAxis: 'samples', now });
    await logger.open(null);
    logger.logMetrics({ loss: 1 }, { step: 3, epoch: 1, samples: 5_000_000_000 });
    await logger.close();
    const [, event] = readEvents(readFileSync(join(folder, file)));
    expect(event!.step).toBe(5_000_000_000);
  });
});

test('without a clock the wall time is that of the system', async () => {
  const folder = join(root, 'clock');
  const logger = createTensorboardLogger(folder);
  const before = Date.now() / 1000;
  await logger.open(null);
  await logger.close();
  const { wallTime } = readEvents(readFileSync(join(folder, file)))[0]!;
  expect(wallTime).toBeGreaterThanOrEqual(before);
  expect(wallTime).toBeLessThanOrEqual(Date.now() / 1000);
});

describe('a histogram', () => {
  test('counts every number into the bucket that holds it', () => {
    const values = Float32Array.from({ length: 1000 }, (_, at) => Math.sin(at) * 10 ** (at % 7));
    const { limits, buckets, count, min, max } = toHistogram(values);
    expect(count).toBe(1000);
    expect(buckets.reduce((sum, bucket) => sum + bucket, 0)).toBe(1000);
    for (const [at, limit] of limits.entries()) {
      const below = values.filter((value) => value < limit).length;
      expect(buckets.slice(0, at + 1).reduce((sum, bucket) => sum + bucket, 0)).toBe(below);
    }
    expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
  });

  test('leaves out what is no number, and may be empty', () => {
    expect(toHistogram(Float32Array.of(Number.NaN, Infinity, 2))).toMatchObject({
      count: 1,
      min: 2,
    });
    const none = { min: 0, max: 0, count: 0, sum: 0, sumSquares: 0, limits: [], buckets: [] };
    expect(toHistogram(new Float32Array())).toEqual(none);
  });

  test('has buckets a tenth wider than the one before, each behind the empty one that it begins at', () => {
    const { limits, buckets, sum, sumSquares } = toHistogram(Float32Array.of(2, 2, -3));
    expect([sum, sumSquares]).toEqual([1, 17]);
    expect(buckets).toEqual([0, 1, 0, 2]);
    const [, belowZero, low, high] = limits as [number, number, number, number];
    expect([belowZero > -3, low <= 2, high > 2]).toEqual([true, true, true]);
    expect(high / low).toBeCloseTo(1.1, 12);
    expect(limits[0]! / belowZero).toBeCloseTo(1.1, 12);
    // 1e-12 times a power of 1.1
    expect((Math.log(high) - Math.log(1e-12)) / Math.log(1.1)).toBeCloseTo(298, 6);
  });

  test('has one below and one above all others', () => {
    const { limits, buckets } = toHistogram(Float32Array.of(-1e30, 0, 1e30));
    expect(buckets).toEqual([1, 0, 1, 0, 1]);
    expect(limits[0]).toBeLessThan(-1e19);
    expect(limits.slice(1, 3)).toEqual([0, 1e-12]);
    expect(limits[3]).toBeGreaterThan(9e19);
    expect(limits[4]).toBe(Number.MAX_VALUE);
  });
});
