import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { WriteFailed } from '../errors/write-failed.ts';
import { createCsvLogger } from './csv-logger.ts';
import { createJsonlLogger } from './jsonl-logger.ts';
import type { LogPoint } from './logger.ts';
import { openLoggers } from './open-loggers.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

function at(step: number): LogPoint {
  return { step, epoch: 0, samples: step * 8 };
}

test('a metric that comes up later adds a column, and a resume takes it back', async () => {
  const file = join(folder, 'metrics.csv');
  const first = createCsvLogger(file);
  await first.open(null);
  first.logMetrics({ loss: 0.5 }, at(1));
  const state = first.getState();
  first.logMetrics({ 'val/AP': 0.25, 'a,b': Number.NaN }, at(2));
  await first.close();
  expect(readFileSync(file, 'utf8')).toBe(
    'step,epoch,loss,val/AP,"a,b"\n1,0,0.5,,\n2,0,,0.25,NaN\n',
  );

  const second = createCsvLogger(file);
  await second.open(state);
  expect(readFileSync(file, 'utf8')).toBe('step,epoch,loss\n1,0,0.5\n');
  second.logMetrics({ loss: 0.4 }, at(2));
  await second.close();
  expect(readFileSync(file, 'utf8')).toBe('step,epoch,loss\n1,0,0.5\n2,0,0.4\n');
});

test('a column is added by another file that takes the place of the first', async () => {
  const file = join(folder, 'replaced.csv');
  const logger = createCsvLogger(file);
  await logger.open(null);
  logger.logMetrics({ loss: 0.5 }, at(1));
  const before = openSync(file, 'r');
  logger.logMetrics({ 'val/AP': 0.25 }, at(2));
  await logger.close();
  expect(readFileSync(before, 'utf8')).toBe('step,epoch,loss\n1,0,0.5\n');
  closeSync(before);
});

test('a row without a new column goes to the end of the same file, which begins empty', async () => {
  const file = join(folder, 'same.csv');
  writeFileSync(file, 'of another run\n');
  const logger = createCsvLogger(file);
  await logger.open(null);
  expect(readFileSync(file, 'utf8')).toBe('');
  logger.logMetrics({ loss: 0.5 }, at(1));
  const before = openSync(file, 'r');
  logger.logMetrics({ loss: 0.25 }, at(2));
  await logger.close();
  expect(readFileSync(before, 'utf8')).toBe('step,epoch,loss\n1,0,0.5\n2,0,0.25\n');
  closeSync(before);
});

test('a column that cannot be added is named', async () => {
  const gone = join(folder, 'gone');
  const file = join(gone, 'metrics.csv');
  const logger = createCsvLogger(file);
  await logger.open(null);
  rmSync(gone, { recursive: true });
  writeFileSync(gone, 'a file in the place of the folder');
  expect(() => logger.logMetrics({ loss: 0.5 }, at(1))).toThrow(WriteFailed);
  await logger.close();
});

test('without a clock seconds are those of the process', async () => {
  const file = join(folder, 'seconds');
  for (const create of [createCsvLogger, createJsonlLogger]) {
    const logger = create(file, { xAxes: ['seconds'] });
    await logger.open(null);
    logger.logMetrics({ loss: 1 }, at(1));
    await logger.close();
    expect(readFileSync(file, 'utf8')).toMatch(
      /^(seconds,loss\n\d[.\d]*,1|\{"seconds":\d[.\d]*,"loss":1\})\n$/,
    );
  }
});

test('a clock that no axis needs is not looked at', async () => {
  const now = (): never => {
    throw new Error('looked');
  };
  const logger = createJsonlLogger(join(folder, 'no-clock'), { now });
  await logger.open(null);
  logger.logMetrics({ loss: 1 }, at(1));
  await logger.close();
});

test('a log that has lost rows is refused', async () => {
  const file = join(folder, 'short.csv');
  writeFileSync(file, 'step,epoch,loss\n1,0,0.5\n');
  const state = { rows: 2, columns: '["step","epoch","loss"]' };
  await expect(async () => createCsvLogger(file).open(state)).rejects.toThrow(
    `${file}: the log is shorter than it was at the checkpoint: expected at least 2 rows, got 1. ` +
      'Bring the file back, or delete the checkpoints to train from the start.',
  );
});

test('the x-axis is what was asked for; seconds go on after an interruption', async () => {
  const file = join(folder, 'axes.jsonl');
  let ms = 5000;
  const create = () => createJsonlLogger(file, { xAxes: ['samples', 'seconds'], now: () => ms });
  const first = create();
  await first.open(null);
  ms += 1500;
  first.logMetrics({ loss: 1 }, at(2));
  const state = first.getState();
  await first.close();
  ms = 100;
  const second = create();
  await second.open(state);
  ms += 500;
  second.logMetrics({ loss: 2 }, at(4));
  await second.close();
  expect(readFileSync(file, 'utf8')).toBe(
    '{"samples":16,"seconds":1.5,"loss":1}\n{"samples":32,"seconds":2,"loss":2}\n',
  );
});

test('each logger finds its own state, wherever others were added', async () => {
  const opened: unknown[] = [];
  const logger = (type: string) => ({
    type,
    open: (state: unknown) => void opened.push([type, state]),
    logMetrics: () => {},
    getState: () => ({}),
    sync: () => {},
    close: () => {},
  });
  const states = [
    { type: 'jsonl', offset: 1 },
    { type: 'csv', rows: 2 },
    { type: 'jsonl', offset: 3 },
  ];
  await openLoggers(['new', 'csv', 'jsonl', 'jsonl'].map(logger), states);
  expect(opened).toEqual([
    ['new', null],
    ['csv', states[1]],
    ['jsonl', states[0]],
    ['jsonl', states[2]],
  ]);
});
