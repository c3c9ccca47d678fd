import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

// threads run built files only, and find each other by their names beside them
it.each(['../dist/bundle/parse-in-two.js', '../../evaluator/dist/results/parse-in-two.js'])(
  '%s parses the second half of a large result file in a thread of its own',
  async (built) => {
    const { parseInTwo } = (await import(new URL(built, import.meta.url).href)) as {
      parseInTwo: (
        descriptor: number,
        file: string,
        sizeBytes: number,
      ) => Promise<{ imageIds: Float64Array; length: number } | undefined>;
    };
    const file = join(folder, 'results.json');
    const keypoints = Array.from({ length: 51 }, (_, index) => index + 0.1234).join(',');
    const rows = 100_000;
    const results = Array.from(
      { length: rows },
      (_, row) => `{"image_id":${row},"category_id":1,"keypoints":[${keypoints}],"score":0.5}`,
    );
    await writeFile(file, `[${results.join(',')}]`);
    const handle = await open(file);
    const table = await parseInTwo(handle.fd, file, (await handle.stat()).size);
    await handle.close();
    expect(table?.length).toBe(rows);
    expect(table!.imageIds[rows - 1]).toBe(rows - 1);
  },
);
