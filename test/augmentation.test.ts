import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { limber } from './limber-command.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const folder = mkdtempSync(join(tmpdir(), 'limber-augmentation-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The pack stage knows what the training looks at. */
const pipeline = `
name: own
params:
  scale: 1.1
  train:
    model: limber-tiny
    inputSize: [64, 64]
    epochs: 1
    batchSize: 2
    augmentation:
      halfBody: null
      scale: [0.9, '\${{ params.scale }}']
      order: [shift, scale, rotation, flip, ./rain.js, hsv]
      hsv: {}
stages:
  synthesize:
    uses: synthesize
    with: { seed: 1, clips: 6, framesPerClip: 1 }
    outputs: [dataset]
  build:
    uses: build-dataset
    inputs: { data: '\${{ stages.synthesize.dataset }}' }
    with: { seed: 1, val: 0.17 }
    outputs: [dataset]
  pack:
    uses: pack
    inputs: { dataset: '\${{ stages.build.dataset }}' }
    with: { inputSize: [64, 64], augmentation: '\${{ params.train.augmentation }}' }
    outputs: [train, val]
  train:
    uses: train
    inputs: { train: '\${{ stages.pack.train }}', val: '\${{ stages.pack.val }}' }
    with: '\${{ params.train }}'
    outputs: [model, logs]
`;
const rain = `import { drops } from './drops.js';
export default function rain({ pixels }, { random }) {
  for (let drop = 0; drop < drops; drop++) pixels.data.fill(255, random.integer(0, 999), 1000);
}
`;

interface Report {
  readonly stages: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly because: readonly string[];
    readonly outputs: Readonly<Record<string, string>>;
  }[];
}

async function run(...words: readonly string[]): Promise<Report['stages']> {
  const { stdout, stderr } = await limber(
    ['pipeline', 'run', 'own.yaml', '--json', ...words],
    folder,
  );
  expect(stdout, stderr).not.toBe('');
  return (JSON.parse(stdout) as Report).stages;
}

let shards: string;
beforeAll(async () => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'own.yaml'), pipeline);
  writeFileSync(join(folder, 'rain.js'), rain);
  writeFileSync(join(folder, 'drops.js'), 'export const drops = 2;\n');
  const stages = await run();
  expect(stages.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'synthesize ran',
    'build ran',
    'pack ran',
    'train ran',
  ]);
  shards = stages.find(({ name }) => name === 'pack')!.outputs['train']!;
});

describe('an augmentation in a pipeline', () => {
  test("another function of the user's own trains again, and packs nothing", async () => {
    writeFileSync(join(folder, 'drops.js'), 'export const drops = 3;\n');
    const stages = await run('--dry-run');
    expect(stages.slice(-2).map(({ outcome, because }) => [outcome, because])).toEqual([
      ['cached', []],
      ['run', ['code: drops.js changed']],
    ]);
  });

  test('what changes pixels packs nothing again; what looks further does', async () => {
    const pixels = await run('--dry-run', '--set', 'train.augmentation.hsv.hueDelta=9');
    expect(pixels.find(({ name }) => name === 'pack')).toMatchObject({ outcome: 'cached' });
    const reach = await run('--dry-run', '--set', 'scale=1.2');
    expect(reach.find(({ name }) => name === 'pack')).toMatchObject({
      outcome: 'run',
      because: ['params.train.augmentation.scale: [0.9,1.1] → [0.9,1.2]'],
    });
  });

  test('shards that hold less than a training looks at are refused, naming both', async () => {
    const train = `data: { train: ${shards}, val: ${shards} }
out: trained
train:
  model: limber-tiny
  inputSize: [64, 64]
  augmentation: { halfBody: null, scale: [0.5, 1.5] }
`;
    writeFileSync(join(folder, 'train.yaml'), train);
    const { exitCode, stderr } = await limber(['train', 'train.yaml'], folder);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'hold, which would be black: expected at most scale 1.1, shift 0.16, rotation 80 and no half bodies at 64x64, which they were packed for, got scale 1.5, shift 0.16, rotation 80 and no half bodies at 64x64. Pack the dataset with the augmentation and the inputSize of the training.',
    );
  });
});

describe('limber dataset view', () => {
  test('draws persons as a training sees them', async () => {
    const train = pipeline.split('\n  train:\n')[1]!.split('\nstages:')[0]!;
    const text = `data: { train: a, val: b }\nout: c\ntrain:\n${train.replace("'${{ params.scale }}'", '1.1')}\n`;
    writeFileSync(join(folder, 'seen.yaml'), text);
    const words = ['dataset', 'view', shards, '--out', 'sheet.png', '--count', '3'];
    const plain = await limber(words, folder);
    expect(plain.stdout).toMatch(/^3 of \d+ persons in sheet\.png\n$/);
    const before = readFileSync(join(folder, 'sheet.png'));
    expect(before.subarray(1, 4).toString()).toBe('PNG');
    const augmented = await limber([...words, '--augmented', '--train', 'seen.yaml'], folder);
    expect(augmented.stdout, augmented.stderr).toBe(
      plain.stdout.replace('\n', '; mirrored ones are framed\n'),
    );
    expect(readFileSync(join(folder, 'sheet.png')).equals(before)).toBe(false);
    const other = await limber(['dataset', 'view', shards, '--out', 'sheet.gif'], folder);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain(
      'sheet.gif: not the name of an image: expected an ending of .jpg, .jpeg, .png, .webp, got .gif.',
    );
  });
});
