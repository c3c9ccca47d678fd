import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { encodeSafetensors, readSafetensors } from '@limber/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WriteFailed } from '../errors/write-failed.ts';
import { contentsAt } from '../fixtures/checkpoint-contents.suite.ts';
import { readCheckpoint, readCheckpointFacts, writeCheckpoint } from './checkpoint-file.ts';
import { copyCheckpoint } from './copy-checkpoint.ts';
import { findLastGoodCheckpoint } from './find-checkpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-checkpoint-'));
const file = join(folder, 'one.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));

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
      // without the digest a flip in a number goes unseen
      await readCheckpointFacts(damaged).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'LimberError', code: 'corrupt-data' });
      });
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

  test('whose header is whole, and what it says is not, is refused', async () => {
    const broken = join(folder, 'broken');
    const text = `{"version":3,${'x'.repeat(60)}`;
    const metadata = { 'limber.checkpoint': text };
    writeFileSync(broken, Buffer.concat(encodeSafetensors(contents.arrays, metadata)));
    await expect(readCheckpointFacts(broken)).rejects.toThrow(
      `checkpoint ${broken}: what it says of itself is damaged: expected JSON, got ${text.slice(0, 40)}.`,
    );
    rmSync(broken);
  });

  test('is not any safetensors file', async () => {
    const foreign = join(folder, 'foreign');
    writeFileSync(foreign, Buffer.concat(encodeSafetensors(contents.arrays, { format: 'tf' })));
    await expect(readCheckpoint(foreign)).rejects.toThrow(
      `checkpoint ${foreign}: it does not begin as a checkpoint: expected a digest, got none.`,
    );
    await expect(readCheckpointFacts(foreign)).rejects.toThrow(
      `checkpoint ${foreign}: it is not a checkpoint: expected metadata "limber.checkpoint", got none.`,
    );
    rmSync(foreign);
  });

  test('that cannot be written says so', async () => {
    const beneath = join(file, 'one.safetensors');
    const error: unknown = await writeCheckpoint(beneath, contents).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(WriteFailed);
    expect((error as Error).message).toMatch(
      /one\.safetensors could not be written: .+\. The checkpoints before it are whole: make room, and run again to go on from the last one\.$/,
    );
  });

  test('is copied with its place in the logs, or without where those are not there', async () => {
    const copy = join(folder, 'copy');
    await copyCheckpoint(file, copy, { hasLogs: true });
    expect(readFileSync(copy)).toEqual(readFileSync(file));
    await copyCheckpoint(file, copy, { hasLogs: false });
    const { facts, arrays } = contents;
    expect(await readCheckpoint(copy)).toEqual({ facts: { ...facts, loggers: [] }, arrays });
    rmSync(copy);
  });
});

describe('findLastGoodCheckpoint', () => {
  test('takes the one furthest in training, over several folders', async () => {
    const other = mkdtempSync(join(tmpdir(), 'limber-checkpoint-'));
    const furthest = join(other, 'b.safetensors');
    await writeCheckpoint(join(other, 'a.safetensors'), contentsAt({ step: 9 }));
    await writeCheckpoint(furthest, contentsAt({ step: 9, point: 'validation' }));
    // its header says nothing, so that it is not even a candidate
    const broken = join(other, 'c.safetensors');
    writeFileSync(broken, 'no header');
    const lines: string[] = [];
    const found = await findLastGoodCheckpoint([folder, other, '/nowhere'], (line) =>
      lines.push(line),
    );
    expect(found?.file).toBe(furthest);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`The checkpoint ${broken} is passed over: ${broken}: `);
    rmSync(other, { recursive: true });
  });

  test('takes the one before it, whatever bit of the header of the newest is flipped', async () => {
    const other = mkdtempSync(join(tmpdir(), 'limber-checkpoint-'));
    const [good, bad] = [join(other, 'a.safetensors'), join(other, 'b.safetensors')];
    await writeCheckpoint(good, contentsAt({ step: 8 }));
    await writeCheckpoint(bad, contentsAt({ step: 9 }));
    const bytes = readFileSync(bad);
    const headerEnd = 8 + bytes.readUInt32LE(0);
    let told = 0;
    for (let at = 0; at < headerEnd; at++) {
      const flipped = Uint8Array.from(bytes);
      flipped[at]! ^= 1 << (at % 7);
      writeFileSync(bad, flipped);
      const lines: string[] = [];
      const found = await findLastGoodCheckpoint([other], (line) => lines.push(line));
      expect({ at, file: found?.file }).toEqual({ at, file: good });
      told += lines.length;
    }
    // all but a flip that makes its step smaller, which leaves it unread
    expect(told).toBeGreaterThan(headerEnd - 4);
    rmSync(other, { recursive: true });
  });

  test.each([
    [null, 'null'],
    [{ step: 9, epoch: 0 }, '{"step":9,"epoch":0}'],
  ])('passes over one whose position is %j', async (position, got) => {
    const other = mkdtempSync(join(tmpdir(), 'limber-checkpoint-'));
    const bad = join(other, 'a.safetensors');
    const { facts, arrays } = contentsAt({ step: 9 });
    await writeCheckpoint(bad, { facts: { ...facts, position: position as never }, arrays });
    const lines: string[] = [];
    expect(await findLastGoodCheckpoint([other], (line) => lines.push(line))).toBe(null);
    expect(lines).toEqual([
      `The checkpoint ${bad} is passed over: checkpoint ${bad}: its header is damaged: expected a position, got ${got}.`,
    ]);
    rmSync(other, { recursive: true });
  });

  test('finds none in an empty folder', async () => {
    expect(await findLastGoodCheckpoint([join(folder, 'none')], () => {})).toBe(null);
  });
});
