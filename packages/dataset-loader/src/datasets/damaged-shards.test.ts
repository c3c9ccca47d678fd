import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import type { Random } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import { expect, test, vi } from 'vitest';
import { writeDottedDataset } from '../packing/dotted-dataset.suite.ts';
import { packDataset } from '../packing/pack-dataset.ts';
import { KeypointDataset } from './keypoint-dataset.ts';

/** LIMBER_DAMAGES=5000 is the long form. */
const count = Number(process.env['LIMBER_DAMAGES'] ?? 300);
vi.setConfig({ testTimeout: 60_000 + count * 100 });

/** Everything that a dataset says, as text; or the error with which it refuses to. */
async function readAll(folder: string): Promise<string | LimberError> {
  let dataset: KeypointDataset | undefined;
  try {
    dataset = await KeypointDataset.open(folder);
    const { size, skeleton, category } = dataset;
    const rows = Array.from({ length: size }, (_, index) => dataset!.get(index));
    const texts = rows.map(({ image, keypoints, ...row }) =>
      JSON.stringify([row, [...keypoints], Buffer.from(image).toString('base64')]),
    );
    return JSON.stringify([skeleton, category, texts]);
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(LimberError);
    return error as LimberError;
  } finally {
    dataset?.close();
  }
}

/** Another content: cut, with a changed byte, or with a stretch overwritten. */
function damage(bytes: Buffer, random: Random): Buffer {
  const place = random.integer(0, bytes.length - 1);
  const changed = Buffer.from(bytes);
  switch (random.pick(['cut', 'flip', 'byte', 'stretch', 'number'] as const)) {
    case 'cut':
      return changed.subarray(0, place);
    case 'flip':
      changed[place]! ^= 1 << random.integer(0, 7);
      return changed;
    case 'byte':
      changed[place] = random.integer(0, 255);
      return changed;
    case 'stretch':
      return changed.fill(random.pick([0, 0xff]), place, Math.min(bytes.length, place + 200));
    case 'number':
      if (place + 8 <= changed.length) {
        changed.writeBigInt64LE(random.pick([-1n, 1n << 31n, 1n << 53n, 7n]), place & ~7);
      }
      return changed;
  }
}

test(`${count} shards damaged anywhere are refused, naming the file, or say what was packed`, async () => {
  const { annotations, images, folder } = await writeDottedDataset(5);
  const out = join(folder, 'shards');
  const inputSize = { height: 32, width: 24 };
  await packDataset({ annotations, images, out, inputSize, corrupt: 'throw' });
  const file = join(out, 'shard-00000.arrow');
  const bytes = readFileSync(file);
  const packed = await readAll(out);
  expect(packed).toEqual(expect.any(String));
  const random = createRandom(11, 'damage');
  let refused = 0;
  for (let round = 0; round < count; round++) {
    writeFileSync(file, damage(bytes, random));
    const found = await readAll(out);
    if (found instanceof LimberError) {
      refused += 1;
      expect(found.message).toContain(file);
      expect(found.code).toBe('corrupt-data');
    } else {
      expect(found).toBe(packed);
    }
  }
  expect(refused).toBeGreaterThan(count / 3);
});
