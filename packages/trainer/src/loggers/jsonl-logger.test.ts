import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createJsonlLogger } from './jsonl-logger.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-log-'));
const file = join(folder, 'deep', 'metrics.jsonl');
afterAll(() => rmSync(folder, { recursive: true }));

test('a log that goes on from a checkpoint drops what came after it', async () => {
  const first = createJsonlLogger(file);
  await first.open(null);
  first.logMetrics({ 'train/loss': 0.5 }, { step: 1, epoch: 0, samples: 0 });
  const state = first.getState();
  first.logMetrics({ 'train/loss': 0.4 }, { step: 2, epoch: 0, samples: 0 });
  await first.close();

  const second = createJsonlLogger(file);
  await second.open(state);
  second.logMetrics({ 'val/AP': Number.NaN }, { step: 2, epoch: 0, samples: 0 });
  await second.sync();
  await second.close();
  expect(readFileSync(file, 'utf8')).toBe(
    '{"step":1,"epoch":0,"train/loss":0.5}\n{"step":2,"epoch":0,"val/AP":null}\n',
  );
});

test('a log that starts anew drops everything', async () => {
  const logger = createJsonlLogger(file);
  await logger.open(null);
  await logger.close();
  expect(readFileSync(file, 'utf8')).toBe('');
});

test('a log that has lost lines is refused', async () => {
  const short = join(folder, 'short.jsonl');
  writeFileSync(short, 'abc');
  await expect(async () => createJsonlLogger(short).open({ offset: 10 })).rejects.toThrow(
    `${short}: the log is shorter than it was at the checkpoint: expected at least 10 bytes, got 3. ` +
      'Bring the file back, or delete the checkpoints to train from the start.',
  );
});
