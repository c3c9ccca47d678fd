import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CocoResult } from './coco-result.ts';
import { readResults } from './read-results.ts';
import { ResultParser } from './result-parser.ts';
import { resultAt, toResultTable } from './result-table.ts';

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
  expect(await read(`${JSON.stringify([{ ...result, bbox: [] }])}\n`)).toEqual([result]);
});

it('keeps thousands of results', async () => {
  const list = Array.from({ length: 3000 }, (_, at) => ({
    ...result,
    image_id: at,
    category_id: at % 7,
    score: at / 3000,
    bbox: [at, 1, 2, 3],
  }));
  expect(await read(JSON.stringify(list))).toEqual(list);
});

it.runIf(existsSync('/proc/self/fd'))('closes the file, also where it is refused', async () => {
  await read('[]');
  await expect(read('[7]')).rejects.toThrow('not a result');
  const open = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      // that of the listing itself
      return '';
    }
  });
  expect(open).not.toContain(join(folder, 'results.json'));
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
    ['[] ,', ': results[0]: not JSON: expected the end of the file, got ,.'],
    ['[] 7', ': results[0]: not JSON: expected the end of the file, got 7.'],
    [
      '',
      ': ends too early: expected a JSON list of results, up to its "]", got 0 whole results. Was the file cut off?',
    ],
    ['[7 , 8]', ': results[0]: not a result: expected an object, got 7.'],
    [`[${JSON.stringify(result)}, 7]`, ': results[1]: not a result: expected an object, got 7.'],
    [`[${JSON.stringify(result)} 5]`, ': results[1]: not JSON: expected "," or "]", got 5.'],
    [
      `[{"image_id" ${'1'.repeat(60)}}]`,
      `: results[0]: not JSON: expected a result, got {"image_id" ${'1'.repeat(28)}.`,
    ],
    ['[{"image_id":NaN}]', ': results[0].image_id: not an id: expected an integer, got NaN.'],
  ])('%s', async (text, message) => {
    expect(await messageOf(text)).toBe(message);
  });

  it.each<[object, string]>([
    [{ image_id: '1' }, '.image_id: not an id: expected an integer, got "1"'],
    [{ category_id: 1.5 }, '.category_id: not an id: expected an integer, got 1.5'],
    [{ score: '0.5' }, '.score: not a score: expected a number, got "0.5"'],
    [
      { keypoints: 5 },
      '.keypoints: not a list: expected a list of numbers, x, y and score for each joint, got 5',
    ],
    [{ keypoints: [null, 2, 1] }, '.keypoints[0]: not a number: expected a number, got null'],
    [{ keypoints: [1, 2, 'x'] }, '.keypoints[2]: not a number: expected a number, got "x"'],
    [{ bbox: [1, 2, 3] }, '.bbox: wrong length: expected 4 numbers: x, y, width, height, got 3'],
    [{ bbox: [1, 2, 3, null] }, '.bbox[3]: not a number: expected a number, got null'],
    [{ bbox: {} }, '.bbox: not a list: expected 4 numbers: x, y, width, height, got {'],
    [
      { keypoints: undefined, bbox: [1, 2, 3, 4] },
      '.keypoints: missing: expected a value, got none',
    ],
    [{ keypoints: undefined, bbox: [] }, '.keypoints: missing: expected a value, got none'],
  ])('a result that is right but for %j', async (change, message) => {
    const list = [result, { ...result, ...change }, result];
    expect(await messageOf(JSON.stringify(list))).toBe(`: results[1]${message}.`);
  });

  it.each(['null', '7', '"x"', '[]'])('%s between results', async (entry) => {
    const text = JSON.stringify(result);
    expect(await messageOf(`[${text}, ${entry}, ${text}]`)).toBe(
      `: results[1]: not a result: expected an object, got ${entry[0] === '[' ? '[' : entry}.`,
    );
  });

  it('a comma behind the last result, wherever the pieces of the file end', () => {
    const text = `[${JSON.stringify(result)}, ]`;
    for (let piece = 1; piece <= text.length; piece++) {
      expect(() => parseInPieces(text, piece)).toThrow('not a result: expected an object, got ].');
    }
  });

  it('a box of three numbers in a list that comes as objects', () => {
    expect(() => toResultTable([result, { ...result, bbox: [1, 2, 3] }])).toThrow(
      'results[1].bbox: wrong length: expected 4 numbers (x, y, width, height), got 3.',
    );
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

/** What is said of a file with this text, behind its name. */
async function messageOf(text: string): Promise<string> {
  try {
    return `read: ${(await read(text)).length} results`;
  } catch (error) {
    return (error as Error).message.replace(join(folder, 'results.json'), '');
  }
}

function parseInPieces(text: string, pieceLength: number): CocoResult[] {
  const parser = new ResultParser('test', 0);
  for (let start = 0; start < text.length; start += pieceLength) {
    parser.add(text.slice(start, start + pieceLength));
  }
  const table = parser.finish();
  return Array.from({ length: table.length }, (_, row) => resultAt(table, row));
}
