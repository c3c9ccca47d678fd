import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { skippedTables } from './skipped-table.ts';

test('names everybody who was skipped and why; without anybody there is no table', async () => {
  const logs = await mkdtemp(join(tmpdir(), 'limber-logs-'));
  onTestFinished(() => rm(logs, { recursive: true }));
  expect(await skippedTables(logs)).toEqual([]);
  const skipped = [{ split: 'train', annotationId: 3, imageId: 9, reason: 'cut.' }];
  await writeFile(join(logs, 'skipped.json'), JSON.stringify(skipped));
  expect(await skippedTables(logs)).toEqual([
    {
      title: 'Persons that were skipped in training',
      header: ['split', 'annotation', 'image', 'reason'],
      rows: [['train', '3', '9', 'cut.']],
    },
  ]);
});
