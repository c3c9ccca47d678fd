import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentsAt } from '../fixtures/checkpoint-contents.suite.ts';
import type { CheckpointKeeper } from '../hooks/callback.ts';
import { writeCheckpoint } from './checkpoint-file.ts';
import { resolveCheckpointPath } from './resolve-checkpoint-path.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-resolve-'));
const fileOf = (name: string): string => join(folder, `${name}.safetensors`);
beforeAll(async () => {
  await writeCheckpoint(fileOf('a'), contentsAt({ step: 1 }));
  await writeCheckpoint(fileOf('b'), contentsAt({ step: 2 }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const keeper = (monitor: string | null, best: string | null): CheckpointKeeper => ({
  dirpath: folder,
  monitor,
  bestModelPath: best === null ? null : fileOf(best),
});
const stepOf = async (path: string, keepers: readonly CheckpointKeeper[]) =>
  (await resolveCheckpointPath(path, keepers, () => {}))?.contents.facts.position.step;

test('best is that of the first keeper that monitors something, else of the first', async () => {
  expect(await stepOf('best', [keeper(null, 'b'), keeper('AP', 'a'), keeper('AP', 'b')])).toBe(1);
  expect(await stepOf('best', [keeper(null, 'b'), keeper(null, 'a')])).toBe(2);
  const noBest =
    "ckptPath: 'best': there is no such checkpoint: expected a ModelCheckpoint among the callbacks, and a fit before, " +
    'got none that was saved. Name a checkpoint file instead.';
  await expect(stepOf('best', [keeper(null, 'b'), keeper('AP', null)])).rejects.toThrow(noBest);
  await expect(stepOf('best', [])).rejects.toThrow(noBest);
});

test('last is the furthest in the folders of the keepers, and needs one', async () => {
  expect(await stepOf('last', [keeper('AP', 'a')])).toBe(2);
  await expect(stepOf('last', [])).rejects.toThrow(
    "ckptPath: 'last': there is no such checkpoint: expected a ModelCheckpoint among the callbacks, and a fit before, " +
      'got no ModelCheckpoint. Name a checkpoint file instead.',
  );
});

test('anything else is a file, or a checkpoint that was found before', async () => {
  expect(await stepOf(fileOf('a'), [])).toBe(1);
  const found = { file: fileOf('b'), contents: contentsAt({ step: 7 }) };
  expect(await resolveCheckpointPath(found, [], () => {})).toBe(found);
});
