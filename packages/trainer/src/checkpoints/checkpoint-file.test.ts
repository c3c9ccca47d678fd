import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { encodeSafetensors, readSafetensors } from '@limber/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckpointContents, LoopPosition } from './checkpoint.ts';
import { checkpointVersion } from './checkpoint.ts';
import { readCheckpoint, readCheckpointFacts, writeCheckpoint } from './checkpoint-file.ts';
import { findLastGoodCheckpoint } from './find-checkpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-checkpoint-'));
const file = join(folder, 'one.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

function contentsAt(position: Partial<LoopPosition>): CheckpointContents {
  return {
    facts: {
      version: checkpointVersion,
      position: {
        epoch: 0,
        batch: 0,
        isEpochRead: false,
        step: 0,
        samples: 0,
        point: 'batch',
        callbacksDone: 0,
        ...position,
      },
      environment: {
        engine: 'javascript',
        tensorflow: null,
        threads: null,
        precision: '32',
        processor: 'A processor',
        instructionSet: 'x64 avx2',
        device: 'processor',
      },
      seed: 0,
      hyperParameters: { note: 'größer "than" ASCII' },
      isStopping: false,
      metrics: {},
      callbackMetrics: { 'val/AP': 0.1 + 0.2, 'val/loss': Number.NaN },
      progressBarMetrics: { best: -Infinity },
      loggers: [{ type: 'jsonl', offset: 12 }],
      callbacks: { EMA: null },
      extra: {},
    },
    arrays: {
      'weights/a': { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, -2, 0.5, Math.PI) },
      'optimizer/step': { dtype: 'F32', shape: [], data: Float32Array.of(7) },
    },
  };
}

describe('a checkpoint file', () => {
  const contents = contentsAt({ step: 7 });
  beforeAll(() => writeCheckpoint(file, contents));

  test('gives back what was written', async () => {
    expect(await readCheckpoint(file)).toEqual(contents);
    expect(await readCheckpointFacts(file)).toEqual(contents.facts);
  });

  test('is a safetensors file, and leaves nothing else behind', async () => {
    const { tensors } = await readSafetensors(file);
    expect(tensors['weights/a']!.data).toEqual(Float32Array.of(1, -2, 0.5, Math.fround(Math.PI)));
    expect(readdirSync(folder)).toEqual(['one.safetensors']);
  });

  test('of the same contents has the same bytes', async () => {
    const twin = join(folder, 'twin');
    await writeCheckpoint(twin, contents);
    expect(readFileSync(twin)).toEqual(readFileSync(file));
    rmSync(twin);
  });

  test('is refused when it is cut at any byte, or one bit is flipped anywhere', async () => {
    const bytes = readFileSync(file);
    const damaged = join(folder, 'damaged');
    const refused = async (broken: Uint8Array): Promise<void> => {
      writeFileSync(damaged, broken);
      await expect(readCheckpoint(damaged)).rejects.toMatchObject({ code: 'corrupt-data' });
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        await refused(bytes.subarray(0, at));
        const flipped = Uint8Array.from(bytes);
        flipped[at]! ^= 1 << bit;
        await refused(flipped);
      }),
      { numRuns: 150 },
    );
    rmSync(damaged);
  });

  test('of another version is refused', async () => {
    const other = join(folder, 'other');
    await writeCheckpoint(other, { ...contents, facts: { ...contents.facts, version: 4 } });
    await expect(readCheckpoint(other)).rejects.toThrow(
      `${other}: another version of this package wrote the checkpoint: expected version 3, got 4. ` +
        'Train again, or use the version that wrote it.',
    );
    rmSync(other);
  });

  test('is not any safetensors file', async () => {
    const foreign = join(folder, 'foreign');
    writeFileSync(foreign, Buffer.concat(encodeSafetensors(contents.arrays, { format: 'tf' })));
    await expect(readCheckpoint(foreign)).rejects.toThrow(
      `checkpoint ${foreign}: it does not begin as a checkpoint: expected a digest, got none.`,
    );
    rmSync(foreign);
  });
});

describe('findLastGoodCheckpoint', () => {
  test('takes the one furthest in training, over several folders', async () => {
    const other = mkdtempSync(join(tmpdir(), 'limber-checkpoint-'));
    const furthest = join(other, 'b.safetensors');
    await writeCheckpoint(join(other, 'a.safetensors'), contentsAt({ step: 9 }));
    await writeCheckpoint(furthest, contentsAt({ step: 9, point: 'validation' }));
    const found = await findLastGoodCheckpoint([folder, other, '/nowhere'], () => {});
    expect(found?.file).toBe(furthest);
    rmSync(other, { recursive: true });
  });

  test('finds none in an empty folder', async () => {
    expect(await findLastGoodCheckpoint([join(folder, 'none')], () => {})).toBe(null);
  });
});
