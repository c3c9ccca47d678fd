import { beforeEach, describe, expect, test } from 'vitest';
import type { BatchSource } from './batch-source.ts';
import { createBatchStream } from './batch-stream.ts';

/** What was done with the source. */
let done: string[];
beforeEach(() => {
  done = [];
});

/** Batches `epoch.batch`, three an epoch. */
const source: BatchSource<string> = {
  batchesPerEpoch: 3,
  async *batches(epoch, fromBatch = 0) {
    done.push(`open ${epoch}.${fromBatch}`);
    try {
      for (let batch = fromBatch; batch < 3; batch++) yield `${epoch}.${batch}`;
    } finally {
      done.push(`close ${epoch}.${fromBatch}`);
    }
  },
};

const open = () => createBatchStream(source, () => 0, null);

async function read(batches: AsyncIterable<string>, count = Infinity): Promise<string[]> {
  const seen: string[] = [];
  for await (const batch of batches) {
    seen.push(batch);
    if (seen.length === count) break;
  }
  return seen;
}

describe('an epoch', () => {
  test('is read to its end, or closed where the reader leaves', async () => {
    expect(await read(open().batches(4))).toEqual(['4.0', '4.1', '4.2']);
    expect(await read(open().batches(5, 1), 1)).toEqual(['5.1']);
    expect(done).toEqual(['open 4.0', 'close 4.0', 'open 5.1', 'close 5.1']);
  });

  test('that was prepared is opened once, ahead of its turn', async () => {
    const stream = open();
    await stream.prepare(1);
    expect(done).toEqual(['open 1.0']);
    expect(await read(stream.batches(1))).toEqual(['1.0', '1.1', '1.2']);
    // it is there once
    expect(await read(stream.batches(1), 1)).toEqual(['1.0']);
    expect(done).toEqual(['open 1.0', 'close 1.0', 'open 1.0', 'close 1.0']);
  });
});

describe('what was prepared and is not read is closed', () => {
  test.each([
    ['where another place of it is read', 1, 2],
    ['where another epoch is read', 2, 0],
  ])('%s', async (_, epoch, fromBatch) => {
    const stream = open();
    await stream.prepare(1);
    expect(await read(stream.batches(epoch, fromBatch), 1)).toEqual([`${epoch}.${fromBatch}`]);
    expect(done).toEqual([
      'open 1.0',
      'close 1.0',
      `open ${epoch}.${fromBatch}`,
      `close ${epoch}.${fromBatch}`,
    ]);
  });

  test('where another is prepared, and at the end', async () => {
    const stream = open();
    await stream.prepare(1);
    await stream.prepare(2);
    await stream.close();
    await stream.close();
    expect(done).toEqual(['open 1.0', 'close 1.0', 'open 2.0', 'close 2.0']);
  });
});
