import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { limber, startLimber } from './limber-command.ts';

vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'limber-train-'));
const last = (out: string): string => join(folder, out, 'work/checkpoints/last');
afterAll(() => rmSync(folder, { recursive: true }));

/** Packed shards of a few rendered people. */
const pipeline = `
name: tiny
stages:
  synthesize:
    uses: synthesize
    with: { seed: 1, clips: 6, framesPerClip: 2 }
    outputs: [dataset]
  build:
    uses: build-dataset
    inputs: { data: '\${{ stages.synthesize.dataset }}' }
    with: { seed: 1, val: 0.17, test: 0 }
    outputs: [dataset]
  pack:
    uses: pack
    inputs: { dataset: '\${{ stages.build.dataset }}' }
    with: { inputSize: [64, 64] }
    outputs: [train, val]
`;

interface PipelineReport {
  readonly stages: readonly { readonly name: string; readonly outputs: Record<string, string> }[];
}

beforeAll(async () => {
  writeFileSync(join(folder, 'tiny.yaml'), pipeline);
  const { stdout, stderr, exitCode } = await limber(
    ['pipeline', 'run', 'tiny.yaml', '--json'],
    folder,
  );
  expect(exitCode, stderr).toBe(0);
  const { outputs } = (JSON.parse(stdout) as PipelineReport).stages.find(
    ({ name }) => name === 'pack',
  )!;
  for (const out of ['whole', 'stopped', 'quick']) {
    const config = `
data: { train: '${outputs['train']}', val: '${outputs['val']}' }
out: ${out}
train:
  model: limber-tiny
  inputSize: [64, 64]
  epochs: 2
  batchSize: 2
  checkpoint: { everyNTrainSteps: 1 }
  trainer: { logEveryNSteps: 1 }
  logging: { csv: true, tensorboard: { images: 1, histogramEveryEpochs: 1 } }
`;
    writeFileSync(join(folder, `${out}.yaml`), config);
  }
  const whole = await limber(['train', 'whole.yaml', '--json', '--profile'], folder);
  expect(whole.exitCode, whole.stderr).toBe(0);
  expect(Object.keys(JSON.parse(whole.stdout) as object)).toContain('val/AP');
  expect(whole.stderr).toContain('optimizerStep');
}, 120_000);

describe('limber train', () => {
  test('writes every log that was asked for', () => {
    const logs = readdirSync(join(folder, 'whole/logs'), { recursive: true, encoding: 'utf8' });
    expect(logs.sort()).toEqual([
      'config.json',
      'first-batch.jpg',
      'metrics.csv',
      'metrics.jsonl',
      'tensorboard',
      'tensorboard/events.out.tfevents.limber',
      'timing.jsonl',
      'validation.json',
    ]);
  });

  test('told to stop by SIGTERM, exits with 143; run again, ends with the same bytes', async () => {
    const { child, ended } = startLimber(['train', 'stopped.yaml'], folder);
    while (child.exitCode === null && !hasCheckpoint('stopped')) {
      await new Promise((done) => setTimeout(done, 10));
    }
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 143 });
    expect((await limber(['checkpoint', 'verify', last('stopped')], folder)).exitCode).toBe(0);
    const resumed = await limber(['train', 'stopped.yaml', '--progress', 'json'], folder);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain('Going on from');
    for (const file of ['model/weights.safetensors', 'logs/metrics.jsonl', 'logs/metrics.csv']) {
      const [a, b] = ['whole', 'stopped'].map((out) => readFileSync(join(folder, out, file)));
      expect(a!.equals(b!), file).toBe(true);
    }
  });

  test('goes on from a checkpoint that it is given', async () => {
    const from = join(last('whole'), readdirSync(last('whole'))[0]!);
    const { exitCode, stderr } = await limber(['train', 'quick.yaml', '--resume', from], folder);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain('Going on from');
  });

  test('refuses an unknown key with the nearest name and its place', async () => {
    writeFileSync(
      join(folder, 'wrong.yaml'),
      'data: { train: a, val: b }\nout: c\ntrain: { modle: x }\n',
    );
    const { exitCode, stderr } = await limber(['train', 'wrong.yaml'], folder);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('wrong.yaml: train');
  });

  test('prints the JSON Schema of its file', async () => {
    const { stdout, exitCode } = await limber(['train', '--schema'], folder);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      required: ['data', 'out', 'train'],
      properties: { train: { properties: { optimizer: {}, preset: {} } } },
    });
  });
});

function hasCheckpoint(out: string): boolean {
  const place = last(out);
  return existsSync(place) && readdirSync(place).some((name) => name.endsWith('.safetensors'));
}

describe('limber checkpoint', () => {
  const files = (): string[] => readdirSync(last('whole')).map((name) => join(last('whole'), name));

  test('inspect prints where a checkpoint stands, in words and as JSON', async () => {
    const [file] = files();
    const words = await limber(['checkpoint', 'inspect', file!], folder);
    expect(words.stdout).toMatch(/version 3, whole\nafter step \d+ \(\d+ samples\): epoch \d+/);
    const json = await limber(['checkpoint', 'inspect', file!, '--json'], folder);
    expect(JSON.parse(json.stdout)).toMatchObject({
      version: 3,
      hyperParameters: { config: { model: 'limber-tiny' }, skeleton: { name: 'coco-17' } },
    });
  });

  test('verify finds a flipped bit and exits with 1', async () => {
    const damaged = join(folder, 'damaged.safetensors');
    copyFileSync(files()[0]!, damaged);
    const bytes = readFileSync(damaged);
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(damaged, bytes);
    const { exitCode, stdout } = await limber(
      ['checkpoint', 'verify', damaged, files()[1]!],
      folder,
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^DAMAGED checkpoint .+: its bytes are not those that were written: .+\n.+: whole, step \d+\n$/,
    );
  });

  test('diff exits with 0 for the same checkpoint, and with 1 for another step', async () => {
    const [first, second] = files();
    const same = await limber(['checkpoint', 'diff', first!, first!], folder);
    expect([same.exitCode, same.stdout]).toEqual([0, 'no difference\n']);
    const other = await limber(['checkpoint', 'diff', first!, second!], folder);
    expect(other.exitCode).toBe(1);
    expect(other.stdout).toMatch(/position\.step: \d+ → \d+/);
    expect(other.stdout).toMatch(/^weights\/.+: \d+ of \d+ numbers differ, by up to /m);
  });
});
