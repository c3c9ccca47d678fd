import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tailRows } from './tail-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-tail-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('each row is told once, when its line has ended', async () => {
  const file = join(folder, 'grows.jsonl');
  const tail = tailRows(file);
  expect(await tail.read()).toEqual({ type: 'rows', rows: [] });
  writeFileSync(file, '{"step":1}\n{"st');
  expect(await tail.read()).toEqual({ type: 'rows', rows: [{ step: 1 }] });
  expect(await tail.read()).toEqual({ type: 'rows', rows: [] });
  appendFileSync(file, 'ep":2}\n{"step":3}\n');
  expect(await tail.read()).toEqual({ type: 'rows', rows: [{ step: 2 }, { step: 3 }] });
});

test('a log that a resumed training cut back is noticed, also when it has grown past the old end', async () => {
  const file = join(folder, 'cut.jsonl');
  const tail = tailRows(file);
  writeFileSync(file, '{"step":1}\n{"step":2}\n');
  await tail.read();
  truncateSync(file, 11);
  expect(await tail.read()).toEqual({ type: 'cut' });
  tail.rewind();
  expect(await tail.read()).toEqual({ type: 'rows', rows: [{ step: 1 }] });
  writeFileSync(file, '{"step":9}\n{"step":10}\n{"step":11}\n');
  expect(await tail.read()).toEqual({ type: 'cut' });
});
