import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CocoResult } from './coco-result.ts';
import { readResults } from './read-results.ts';
import { ResultParser } from './result-parser.ts';
import { resultAt } from './result-table.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-results-'));
});
afterAll(() => rm(folder, { recursive: true }));

const result = { image_id: 1, category_id: 1, keypoints: [1.5, 2, 0.25], score: 0.5 };

it('reads results with and without boxes and passes over other fields', async () => {
  const list = [
    { ...result, bbox: [1, 2, 3, 4], note: 'a "quoted" ] }', nested: [{ a: [1, '}'] }, null] },
    { ...result, image_id: 2, area: 5, id: 7, ok: true },
  ];
  expect(await read(JSON.stringify(list, null, 1))).toEqual([
    { ...result, bbox: [1, 2, 3, 4] },
    { ...result, image_id: 2 },
  ]);
  expect(await read(' [ ] ')).toEqual([]);
});

it('reads the NaN and Infinity that Python writes', async () => {
  const text =
    '[{"image_id":1,"category_id":1,"keypoints":[NaN,Infinity,-Infinity],"score":-NaN}]'.replace(
      '-NaN',
      'NaN',
    );
  expect(await read(text)).toEqual([
    { ...result, keypoints: [NaN, Infinity, -Infinity], score: NaN },
  ]);
});

it('reads every number as JSON.parse does, wherever the pieces of the file end', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 1000),
  );
  const entry = fc.record({
    image_id: fc.integer(),
    category_id: fc.nat(),
    keypoints: fc.array(number, { maxLength: 9 }),
    score: number,
  });
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      (list, piece) => {
        const text = JSON.stringify(list);
        expect(parseInPieces(text, piece)).toEqual(JSON.parse(text));
      },
    ),
    { seed: 1 },
  );
});

it('finds its way in lists that are cut in the wrong place', () => {
  const nested = { ...result, parts: [{ a: '}, {' }, { b: [{}, {}] }], note: 'NaN, "{"' };
  const list = Array.from({ length: 9 }, (_, index) => ({ ...nested, image_id: index }));
  const expected = list.map(({ image_id }) => ({ ...result, image_id }));
  const text = JSON.stringify(list);
  for (let piece = 1; piece <= text.length; piece += 7) {
    expect(parseInPieces(text, piece)).toEqual(expected);
    const withNan = parseInPieces(text.replaceAll('1.5', 'NaN'), piece);
    expect(withNan.map(({ keypoints }) => keypoints[0])).toEqual(list.map(() => NaN));
  }
});

describe('what is wrong is named', () => {
  it.each([
    [
      '{"images": [], "annotations": []}',
      ': not a list: expected a JSON list of results [{ image_id, category_id, keypoints, score }, …], got a dataset. Was the dataset given in the place of the results?',
    ],
    [
      '[{"image_id":1,"category_id":1,"keypoints":[1,2,1]}]',
      ': results[0].score: missing: expected a value, got none.',
    ],
    [
      '[{"image_id":"1","category_id":1}]',
      ': results[0].image_id: not an id: expected an integer, got "1".',
    ],
    [
      '[{"image_id":1.5,"category_id":1}]',
      ': results[0].image_id: not an id: expected an integer, got 1.5.',
    ],
    [
      '[{"keypoints":[1,null]}]',
      ': results[0].keypoints[1]: not a number: expected a number, got null.',
    ],
    [
      '[{"keypoints":5}]',
      ': results[0].keypoints: not a list: expected a list of numbers, x, y and score for each joint, got 5.',
    ],
    [
      '[{"bbox":[1,2]}]',
      ': results[0].bbox: wrong length: expected 4 numbers: x, y, width, height, got 2.',
    ],
    ['[7]', ': results[0]: not a result: expected an object, got 7.'],
    ['[{"image_id" 1}]', ': results[0]: not JSON: expected a result, got {"image_id" 1}.'],
    [
      `[${JSON.stringify(result)}, {"score": 1 "image_id": 2}, ${JSON.stringify(result)}]`,
      ': results[1]: not JSON: expected a result, got {"score": 1 "image_id": 2}.',
    ],
    [
      `[${JSON.stringify(result)} ${JSON.stringify(result)}]`,
      ': results[1]: not JSON: expected "," or "]", got {.',
    ],
    ['[{"score":"größer"}]', ': results[0].score: not a score: expected a number, got "größer".'],
    [
      JSON.stringify([result]).slice(0, -9),
      ': ends too early: expected a JSON list of results, up to its "]", got 0 whole results. Was the file cut off?',
    ],
    [
      `${JSON.stringify([result])},`,
      ': results[1]: not JSON: expected the end of the file, got ,.',
    ],
  ])('%s', async (text, message) => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, text);
    await expect(readResults(file)).rejects.toThrow(new RegExp(`^${escape(file + message)}$`));
  });

  it('a file that is not there, or a folder', async () => {
    const file = join(folder, 'none.json');
    await expect(readResults(file)).rejects.toThrow(
      `${file}: cannot be read: expected COCO results as JSON, got no such file.`,
    );
    await expect(readResults(folder)).rejects.toThrow(/cannot be read: .* not a file\.$/);
  });
});

async function read(text: string): Promise<CocoResult[]> {
  const file = join(folder, 'results.json');
  await writeFile(file, text);
  return readResults(file);
}

function parseInPieces(text: string, pieceLength: number): CocoResult[] {
  const parser = new ResultParser('test', 0);
  for (let start = 0; start < text.length; start += pieceLength) {
    parser.add(text.slice(start, start + pieceLength));
  }
  const table = parser.finish();
  return Array.from({ length: table.length }, (_, row) => resultAt(table, row));
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
