import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coco17 } from '@limber/keypoints';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limber } from './limber-command.ts';

let folder: string;

const pose = (x: number): number[] =>
  coco17.keypoints.flatMap((_, joint) => [x + 8 * (joint % 4), 40 + 9 * joint, 2]);
const person = { category_id: 1, bbox: [10, 40, 40, 150], area: 3000, iscrowd: 0 };
const truth = {
  images: [1, 2, 3].map((id) => ({ id, file_name: `${id}.jpg`, width: 200, height: 200 })),
  annotations: [1, 2, 3].map((id) => ({
    id,
    image_id: id,
    ...person,
    num_keypoints: 17,
    keypoints: pose(10),
  })),
  categories: [{ id: 1, name: 'person', keypoints: coco17.keypoints }],
};
const result = (image_id: number, x: number): object => ({
  image_id,
  category_id: 1,
  keypoints: pose(x),
  score: 1 - image_id / 10,
});
const results = [result(1, 10), result(2, 11), result(3, 40)];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-evaluate-'));
  await mkdir(join(folder, 'a folder'));
  await write('gt.json', JSON.stringify(truth));
  await write('dt.json', JSON.stringify(results));
  await write('better.json', JSON.stringify([result(1, 10), result(2, 10), result(3, 10)]));
});

afterAll(() => rm(folder, { recursive: true }));

describe('prints', () => {
  test('a table', async () => {
    const { exitCode, stdout, stderr } = await evaluate();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /^ +all +\.50 +\.75 +medium +large\nAP +0\.\d{3} .*\nAR .*\n\n[^\n]+\n$/,
    );
    expect(stdout).toContain('\n\nSigmas: those of COCO, by the names of the joints.\n');
  });

  test('which sigmas were used, and what the file did not say', async () => {
    const sigmas = coco17.sigmas.map(() => 0.1);
    const keypoints = coco17.keypoints.map((_, joint) => `joint ${joint}`);
    await write('skeleton.json', JSON.stringify({ name: 'mine', keypoints, sigmas }));
    const renamed = { ...truth, categories: [{ ...truth.categories[0], keypoints }] };
    await write('renamed.json', JSON.stringify(renamed).replaceAll('"num_keypoints":17,', ''));
    const options: [string[], string][] = [
      [['--compat', 'pycocotools'], 'coco-by-position'],
      [['--skeleton', 'skeleton.json'], 'dataset'],
      [['--sigmas', sigmas.join(',')], 'given'],
    ];
    for (const [words, source] of options) {
      const { stdout } = await evaluateFiles('renamed.json', 'dt.json', '--json', ...words);
      expect(JSON.parse(stdout)).toMatchObject({
        sigmas: { source, values: source === 'coco-by-position' ? coco17.sigmas : sigmas },
        derivations: [{ field: 'num_keypoints', rule: 'joints with v > 0', count: 3 }],
      });
    }
    const words = ['--skeleton', 'skeleton.json', '--html', 'page.html'];
    const { stdout } = await evaluateFiles('renamed.json', 'dt.json', ...words);
    const line = `Sigmas: the dataset's: ${sigmas.length} from ${Math.min(...sigmas)} to ${Math.max(...sigmas)}.`;
    expect(stdout).toContain(`\n\n${line}\nnum_keypoints is missing in 3: joints with v > 0.\n`);
    const page = await readFile(join(folder, 'page.html'), 'utf8');
    expect(page).toContain(line.replace("'", '&#39;'));
    await expectRefusal(
      await evaluateFiles('renamed.json', 'dt.json'),
      /^renamed\.json: category "person": no sigma is known for joint 0, .*: expected joints with the names of COCO, or a sigma for each, got none\. Give sigmas, state "sigmas": \[0\.107, …\] in the category or in a skeleton file, or ask for the numbers of pycocotools, which takes those of COCO by position\. The options are --sigmas, --skeleton and --compat pycocotools\.$/,
    );
    await expectRefusal(
      await evaluate('--skeleton', 'skeleton.json'),
      /^gt\.json: categories \(id 1\)\.keypoints: other joints than the skeleton file "mine": expected joint 0, /,
    );
  });

  test('each category by itself, and their mean', async () => {
    const other = { ...truth.categories[0], id: 2, name: 'dog' };
    const annotations = truth.annotations.map((one) => ({
      ...one,
      category_id: one.id > 1 ? 2 : 1,
    }));
    await write(
      'two.json',
      JSON.stringify({ ...truth, annotations, categories: [...truth.categories, other] }),
    );
    const found = results.map((one, at) => ({ ...one, category_id: at > 0 ? 2 : 1 }));
    await write('two-dt.json', JSON.stringify(found));
    const { stdout } = await evaluateFiles('two.json', 'two-dt.json', '--json', '--pck', '0.2');
    expect(JSON.parse(stdout)).toMatchObject({
      perCategory: [
        { categoryId: 1, personCount: 1 },
        { categoryId: 2, personCount: 2 },
      ],
      pck: { personCount: 3 },
    });
  });

  test('one JSON document with the ten numbers at its top, and all that was asked for', async () => {
    const files = ['--compare', 'better.json', '--detected', 'better.json'];
    const parts = ['--errors', '--bootstrap', '20', '--pck', '0.2', '--per-image'];
    const { stdout } = await evaluate('--json', ...files, ...parts, '--area-range', 'tiny=0..3000');
    const document = JSON.parse(stdout) as Record<string, unknown>;
    const numbers = ['AP', 'AP50', 'AP75', 'APm', 'APl', 'AR', 'AR50', 'AR75', 'ARm', 'ARl'];
    expect(Object.keys(document).slice(0, 10)).toEqual(numbers);
    expect(document).toMatchObject({
      perArea: [{ name: 'all' }, { name: 'medium' }, { name: 'large' }, { name: 'tiny' }],
      perImage: [{ imageId: 1, foundCount: 1 }, { imageId: 2 }, { imageId: 3, foundCount: 0 }],
      boxes: { detected: { AP: expect.closeTo(1, 9) as number } },
      intervals: { AP: { low: expect.any(Number) as number } },
      comparison: { AP: { difference: expect.any(Number) as number } },
      errors: { costs: [{ kind: 'miss' }, {}, {}, {}, {}, { kind: 'not-found' }] },
      pck: { personCount: 3 },
    });
  });

  test('true and detected boxes side by side, labelled', async () => {
    const { stdout } = await evaluate('--detected', 'better.json');
    expect(stdout).toMatch(/^true boxes +0\.\d{3}.*\ndetected boxes +1\.000/m);
  });

  test('a page that needs no other file', async () => {
    const { exitCode } = await evaluate('--html', 'page.html');
    expect(exitCode).toBe(0);
    const page = await readFile(join(folder, 'page.html'), 'utf8');
    expect(page).toContain('<svg');
    expect(page).toContain('Worst found');
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('refuses with exit code 2 and one clear line', () => {
  const text = JSON.stringify(results);
  const badResults: [string, string | Buffer, RegExp][] = [
    ['an empty file', '', /ends too early: expected a JSON list of results/],
    ['a truncated file', text.slice(0, -40), /ends too early: .*got 2 whole results\. Was/],
    ['an object', '{"a": 1}', /not a list: expected a JSON list of results/],
    ['a dataset', JSON.stringify(truth), /Was the dataset given in the place of the results\?$/],
    ['a list of numbers', '[1, 2]', /results\[0\]: not a result: expected an object, got 1\.$/],
    ['binary', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff]), /not a list/],
    ['a missing field', '[{"image_id": 1, "category_id": 1, "score": 1}]', /\.keypoints: missing/],
    ['a word for a number', text.replace('0.9', '"high"'), /results\[0\]\.score: not a score/],
    [
      'NaN',
      text.replace('0.9', 'NaN'),
      /^bad\.json: results\[0\]\.score: not finite: .* AP is 0\.\d{4}\./,
    ],
    ['a huge number', text.replace('0.9', '1e999'), /score: not finite: .* got Infinity/],
    ['an unknown image', JSON.stringify([result(7, 1)]), /image_id: no such image: .* got 7\./],
    [
      '34 numbers',
      text.replaceAll(/("keypoints":\[(?:\d+,){33}\d+)[^\]]*/g, '$1'),
      /bad\.json: results\[0\]\.keypoints: wrong length: .* got 34 \(and 2/,
    ],
    ['more after the list', `${text}]`, /not JSON: expected the end of the file, got \]\.$/],
  ];
  test.each(badResults)('%s as results', async (_, content, message) => {
    await write('bad.json', content);
    await expectRefusal(await evaluateFiles('gt.json', 'bad.json'), message);
  });

  const gt = JSON.stringify(truth);
  const badTruths: [string, string | Buffer, RegExp][] = [
    ['an empty file', '', /bad\.json: not JSON: expected COCO keypoint JSON, got an empty file\.$/],
    ['a truncated file', gt.slice(0, -40), /bad\.json: not JSON/],
    ['results', text, /Were the results given in the place of the dataset\?$/],
    ['a number', '12', /bad\.json: not COCO keypoints: expected an object, got 12\.$/],
    ['binary', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0, 0xff]), /not JSON/],
    ['NaN', gt.replace('3000', 'NaN'), /bad\.json: not JSON/],
    ['no annotations', JSON.stringify({ images: [] }), /annotations: missing: expected a list/],
    [
      'a missing field',
      gt.replace('"image_id"', '"img_id"'),
      /annotations\[0\] \(id 1\)\.image_id: missing/,
    ],
    [
      'an area of 0',
      gt.replace('3000', '0'),
      /^bad\.json: annotations\[0\] \(id 1\)\.area: not an area: .* AP is 0\.\d{4}\./,
    ],
    [
      'a count that disagrees',
      gt.replace('"num_keypoints":17', '"num_keypoints":16'),
      /\.num_keypoints: disagrees with the joints: expected 17, as many as have v > 0, got 16\./,
    ],
    ['a huge number', gt.replace('3000', '1e999'), /\(id 1\)\.area: not finite: .* got Infinity/],
    [
      'id 0',
      gt.replace('"id":1,"image_id"', '"id":0,"image_id"'),
      /^bad\.json: annotations\[0\] \(id 0\)\.id: id 0: expected an id other/,
    ],
    [
      'no area',
      gt.replaceAll('"area":3000,', ''),
      /\.area: not its own: .* \(and in 2 more\)\. .* AP is/,
    ],
    ['no joint names', gt.replace('"keypoints":["nose"', '"joints":["nose"'), /categories\[0\]/],
  ];
  test.each(badTruths)('%s as annotations', async (_, content, message) => {
    await write('bad.json', content);
    await expectRefusal(await evaluateFiles('bad.json', 'dt.json'), message);
  });

  test('a folder, and no file at all', async () => {
    for (const name of ['a folder', 'nothing.json']) {
      await expectRefusal(await evaluateFiles('gt.json', name), /cannot be read/);
      await expectRefusal(await evaluateFiles(name, 'dt.json'), /cannot be read/);
    }
  });

  test('a page that cannot be written', async () => {
    const refusal = await evaluate('--html', '/dev/null/page.html');
    await expectRefusal(refusal, /dev\/null\/page\.html: cannot be written/);
  });

  test('options that are none', async () => {
    expect((await evaluate('--compat', 'detectron')).exitCode).toBe(2);
    const options: [string, string, string][] = [
      ['--seed', 'abc', 'Expected a whole number of at least 0, got "abc".'],
      ['--sigmas', '1,a', 'Expected a number, got "a".'],
      ['--area-range', 'small', 'Expected name=low..high, such as small=0..1024, got "small".'],
    ];
    for (const [option, text, message] of options) {
      const { exitCode, stdout, stderr } = await evaluate(option, text);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^error: option '${option} `));
      expect(stderr).toContain(`argument '${text}' is invalid. ${message}`);
    }
  });
});

test('a file so large that two threads read it scores as a small one', async () => {
  const padding = (text: string): string => text.repeat(300_000);
  const padded = (note: string): string =>
    JSON.stringify(Array.from({ length: 60 }, (_, at) => ({ ...results[at % 3], note })));
  await write('small.json', padded(''));
  await write('large.json', padded(padding('..')));
  // at no place of this one does a result begin where one seems to
  await write('tricky.json', padded(padding('}, {')));
  const [small, ...large] = await Promise.all(
    ['small.json', 'large.json', 'tricky.json'].map((name) => evaluateFiles('gt.json', name)),
  );
  expect(small!.stdout).toMatch(/^AP +0\.\d{3}/m);
  for (const { stdout } of large) expect(stdout).toBe(small!.stdout);
});

test('persons without an area can be scored by their boxes', async () => {
  await write('short.json', JSON.stringify(truth).replaceAll('"area":3000,', ''));
  const files = ['--annotations', 'short.json', '--results', 'dt.json'];
  const { exitCode } = await limber(['evaluate', ...files, '--area', 'box'], folder);
  expect(exitCode).toBe(0);
});

function write(name: string, content: string | Buffer): Promise<void> {
  return writeFile(join(folder, name), content);
}

function evaluate(...words: string[]): ReturnType<typeof limber> {
  return evaluateFiles('gt.json', 'dt.json', ...words);
}

function evaluateFiles(
  annotations: string,
  resultFile: string,
  ...words: string[]
): ReturnType<typeof limber> {
  const files = ['--annotations', annotations, '--results', resultFile];
  return limber(['evaluate', ...files, ...words], folder);
}

async function expectRefusal(
  { exitCode, stdout, stderr }: Awaited<ReturnType<typeof evaluate>>,
  message: RegExp,
): Promise<void> {
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(stderr.trimEnd()).toMatch(message);
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
}
