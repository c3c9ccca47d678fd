import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import { afterAll, expect, test } from 'vitest';
import { WriteFailed } from '../errors/write-failed.ts';
import { createAppendFile } from './append-file.ts';
import { createCsvLogger } from './csv-logger.ts';
import { createJsonlLogger } from './jsonl-logger.ts';
import { createTensorboardLogger } from './tensorboard/tensorboard-logger.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-append-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = (value: string): Uint8Array => Buffer.from(value);

test('a file grows at its end, and is cut back to where it is opened', () => {
  const path = join(folder, 'new', 'log');
  const file = createAppendFile(path);
  file.open(0);
  file.append(text('one '));
  file.append(text('two '));
  expect(file.offset).toBe(8);
  file.sync();
  file.close();
  file.open(4);
  file.append(text('three'));
  file.close();
  expect(readFileSync(path, 'utf8')).toBe('one three');
});

test('one that is shorter than it was is refused', () => {
  const file = createAppendFile(join(folder, 'short'));
  expect(() => file.open(9)).toThrow(LimberError);
  expect(() => file.open(9)).toThrow(
    'the log is shorter than it was at the checkpoint: expected at least 9 bytes, got 0.',
  );
});

test('nothing is written to one that is not open', () => {
  const file = createAppendFile(join(folder, 'closed'));
  const message = 'closed is written to, but was not opened.';
  expect(() => file.append(text('a'))).toThrow(WriteFailed);
  expect(() => file.append(text('a'))).toThrow(message);
  expect(() => file.sync()).toThrow(message);
  file.open(0);
  file.close();
  file.close();
  expect(() => file.append(text('a'))).toThrow(message);
});

test.each([
  ['CSV', createCsvLogger],
  ['JSON lines', createJsonlLogger],
  ['TensorBoard', createTensorboardLogger],
])('a logger of %s syncs and closes its file', async (name, create) => {
  const path = join(folder, `logger of ${name}`);
  const logger = create(path);
  expect(() => logger.sync()).toThrow('was not opened');
  await logger.open(null);
  const at = { step: 1, epoch: 0, samples: 8 };
  logger.logMetrics({ loss: 1 }, at);
  await logger.sync();
  await logger.close();
  expect(() => logger.logMetrics({ loss: 1 }, at)).toThrow(WriteFailed);
  if (!existsSync('/proc/self/fd')) return;
  const open = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      // that of the listing itself
      return '';
    }
  });
  expect(open.filter((one) => one.startsWith(path))).toEqual([]);
});
