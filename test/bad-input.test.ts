import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { coco17 } from '@limber/keypoints';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limber, root } from './limber-command.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-bad-input-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a pipeline file', () => {
  const run = async (yaml: string): Promise<{ exitCode: number; message: string }> => {
    await mkdir(join(folder, 'pipelines'));
    await writeFile(join(folder, 'pipelines/bad.yaml'), yaml);
    const { exitCode, stderr } = await limber(['pipeline', 'run', 'bad'], folder);
    expect(await readdir(folder)).toEqual(['pipelines']);
    return { exitCode, message: stderr };
  };

  test('with an unknown key is refused at its place, naming the nearest key', async () => {
    const { exitCode, message } = await run(
      'name: bad\nstages:\n  a:\n    run: echo\n    output: [x]\n',
    );
    expect(exitCode).toBe(2);
    expect(message).toContain('pipelines/bad.yaml:5:5');
    expect(message).toContain('Did you mean "outputs"?');
  });

  test('with a stage that needs a missing one is refused', async () => {
    const { exitCode, message } = await run(
      'name: bad\nstages:\n  build:\n    run: echo\n  train:\n    run: echo\n    needs: [biuld]\n',
    );
    expect(exitCode).toBe(2);
    expect(message).toContain('biuld');
    expect(message).toContain('Did you mean "build"?');
  });

  test('with a cycle is refused, naming the way round', async () => {
    const { exitCode, message } = await run(
      'name: bad\nstages:\n  a:\n    run: echo\n    needs: [b]\n  b:\n    run: echo\n    needs: [a]\n',
    );
    expect(exitCode).toBe(2);
    expect(message).toMatch(/a → b → a|b → a → b/);
  });
});

describe('a dataset', () => {
  interface Dataset {
    annotations: Record<string, unknown>[];
    categories: Record<string, unknown>[];
    images: Record<string, unknown>[];
  }

  const run = async (
    spoil: (dataset: Dataset, images: string) => Promise<void> | void,
  ): Promise<{ exitCode: number; message: string }> => {
    const data = join(folder, 'data');
    await writeDataset(data, spoil);
    await cp(join(root, 'pipelines'), join(folder, 'pipelines'), { recursive: true });
    const words = ['pipeline', 'run', 'coco', '--set', 'data=data', '--only', 'build'];
    const { exitCode, stderr } = await limber(words, folder);
    await expectNothingHalfWritten();
    return { exitCode, message: stderr };
  };

  const expectNothingHalfWritten = async (): Promise<void> => {
    const artifacts = join(folder, '.limber/store/artifacts');
    const stored = existsSync(artifacts) ? await readdir(artifacts, { recursive: true }) : [];
    expect(stored.filter((name) => name.endsWith('.json'))).toEqual([]);
    const staged = join(folder, '.limber/staging');
    expect(existsSync(staged) ? await readdir(staged) : []).toEqual([]);
  };

  const writeDataset = async (
    data: string,
    spoil: (dataset: Dataset, images: string) => Promise<void> | void,
  ): Promise<void> => {
    const images = join(data, 'images');
    await mkdir(images, { recursive: true });
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    for (const name of ['one.jpg', 'two.jpg']) {
      const create = { width: 64, height: 96, channels: 3, background: '#777', noise } as const;
      await sharp({ create }).jpeg().toFile(join(images, name));
    }
    const person = { category_id: 1, bbox: [8, 8, 40, 80], keypoints: Array<number>(51).fill(2) };
    const dataset: Dataset = {
      images: ['one.jpg', 'two.jpg'].map((file_name, at) => ({
        id: at + 1,
        file_name,
        width: 64,
        height: 96,
      })),
      annotations: [1, 2].map((id) => ({ id, image_id: id, ...person })),
      categories: [{ id: 1, name: 'person', keypoints: [...coco17.keypoints] }],
    };
    await spoil(dataset, images);
    await writeFile(join(data, 'annotations.json'), JSON.stringify(dataset));
  };

  test('in order is built', async () => {
    const data = join(folder, 'data');
    await writeDataset(data, () => undefined);
    await cp(join(root, 'pipelines'), join(folder, 'pipelines'), { recursive: true });
    const words = ['pipeline', 'run', 'coco', '--set', 'data=data', '--set', 'build.val=0.5'];
    const { exitCode } = await limber([...words, '--only', 'build'], folder);
    expect(exitCode).toBe(0);
  });

  test('with 34 numbers instead of 51 is refused', async () => {
    const { exitCode, message } = await run(({ annotations }) => {
      annotations[1]!['keypoints'] = Array<number>(34).fill(2);
    });
    expect(exitCode).toBe(2);
    expect(message).toContain(
      'annotations.json: annotations[1] (id 2).keypoints: wrong length: expected 51 numbers (17 x [x, y, v]), got 34.',
    );
  });

  test('with an image file that is missing is refused', async () => {
    const { exitCode, message } = await run((_, images) => rm(join(images, 'two.jpg')));
    expect(exitCode).toBe(2);
    expect(message).toContain('two.jpg');
  });

  test('with a truncated JPEG is refused', async () => {
    const { exitCode, message } = await run(async (_, images) => {
      const bytes = await readFile(join(images, 'two.jpg'));
      await writeFile(join(images, 'two.jpg'), bytes.subarray(0, bytes.length / 2));
    });
    expect(exitCode).toBe(2);
    expect(message).toContain('two.jpg');
  });

  test('with a category without keypoints is refused', async () => {
    const { exitCode, message } = await run(({ categories }) => {
      delete categories[0]!['keypoints'];
    });
    expect(exitCode).toBe(2);
    expect(message).toContain('annotations.json: categories[0] (id 1).keypoints');
  });
});

test('a pipeline without data says which parameter to give', async () => {
  await cp(join(root, 'pipelines'), join(folder, 'pipelines'), { recursive: true });
  const { exitCode, stderr } = await limber(['pipeline', 'run', 'coco'], folder);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--set data=');
});

test('a run without a name says what nx does with a lone --', async () => {
  const { exitCode, stderr } = await limber(['pipeline', 'run'], folder);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('What stands before a lone "--" is dropped.');
});
