import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type * as DecodeImage from './decode-image.ts';
import type { BuildSummary } from './build-summary.ts';

/** The images that were decoded, so that what is remembered can be told from what is read. */
const decoded = vi.hoisted((): string[] => []);
vi.mock('./decode-image.ts', async (importOriginal) => {
  const original = await importOriginal<typeof DecodeImage>();
  return {
    ...original,
    decodeImage: (
      item: { readonly where: string; readonly fileName: string },
      bytes: Uint8Array,
    ) => {
      decoded.push(item.fileName);
      return original.decodeImage(item, bytes);
    },
  };
});

// other tests of this process may have loaded them with what decodes already
vi.resetModules();
const { openDataset } = await import('../sources/open-dataset.ts');
const { buildDataset } = await import('./build-dataset.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-checked-'));
  // files that were written just now are not remembered
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

const nameOf = (index: number): string => `${String(index).padStart(3, '0')}.png`;

async function drawImages(from: number, to: number): Promise<string[]> {
  const names = Array.from({ length: to - from }, (_, index) => nameOf(from + index));
  for (const [index, name] of names.entries()) {
    const background = { r: 3 * (from + index), g: 9, b: 90 };
    const image = sharp({ create: { width: 9, height: 7, channels: 3, background } });
    await writeFile(join(folder, name), await image.png().toBuffer());
  }
  return names;
}

async function build(out: string, onImage?: (done: number) => AbortSignal): Promise<BuildSummary> {
  decoded.length = 0;
  const { sources } = await openDataset(folder);
  const controller = new AbortController();
  return await buildDataset({
    sources,
    out: join(folder, '.out', out),
    splits: { train: 1, val: 0, test: 0 },
    seed: 1,
    checkedFile: join(folder, '.checked/images.txt'),
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (onImage?.(done).aborted === true) controller.abort();
    },
  });
}

const written = (out: string): Promise<string> =>
  readFile(join(folder, '.out', out, 'train.json'), 'utf8');

test('images that were added are read, the others are remembered, and the bytes are those of a build of all', async () => {
  const old = await drawImages(0, 70);
  await build('first');
  expect(decoded.toSorted()).toEqual(old);
  const added = await drawImages(70, 75);
  await build('second');
  expect(decoded.toSorted()).toEqual(added);
  await rm(join(folder, '.checked'), { recursive: true });
  await build('third');
  expect(decoded).toHaveLength(75);
  expect(await written('second')).toBe(await written('third'));
  const copy = await readFile(join(folder, '.out/second/images', old[7]!));
  expect(copy).toEqual(await readFile(join(folder, old[7]!)));
});

test('an image that was replaced by one of the same size in bytes is read again', async () => {
  await drawImages(0, 66);
  await build('first');
  const [, other] = await Promise.all([0, 1].map((index) => readFile(join(folder, nameOf(index)))));
  await writeFile(join(folder, nameOf(0)), other!);
  await build('second');
  expect(decoded).toEqual([nameOf(0)]);
  const digests = [...(await written('second')).matchAll(/"sha256":"(\w+)"/g)].map(
    ([, one]) => one,
  );
  expect(digests[0]).toBe(digests[1]);
});

test('what was written a moment ago is not remembered: it may change again without another time', async () => {
  vi.useRealTimers();
  await drawImages(0, 66);
  const last = await readFile(join(folder, nameOf(65)));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  await writeFile(join(folder, nameOf(65)), last);
  await build('first');
  await build('second');
  expect(decoded).toContain(nameOf(65));
});

test('a line that is damaged or cut off is as if it were not there', async () => {
  await drawImages(0, 66);
  await build('first');
  const file = join(folder, '.checked/images.txt');
  const text = await readFile(file, 'utf8');
  const lines = text.split('\n').filter((line) => line !== '');
  const changed = [lines[3]!.replace('"width":9', '"width":8'), lines[4]!.slice(0, 99)];
  const names = [lines[3]!, lines[4]!].map((line) => /(\d{3}\.png)/.exec(line)![1]);
  await writeFile(file, [...lines.slice(0, 3), ...changed, ...lines.slice(5)].join('\n'));
  await build('second');
  expect(decoded.toSorted()).toEqual(names.toSorted());
});

test('a build that was interrupted goes on with what it had not read', async () => {
  await drawImages(0, 90);
  const interrupted = build('first', (done) =>
    done === 70 ? AbortSignal.abort() : new AbortController().signal,
  );
  await expect(interrupted).rejects.toMatchObject({ name: 'AbortError' });
  await build('first');
  expect(decoded.length).toBeLessThanOrEqual(20);
});

test('a memory that cannot be written costs nothing but time', async () => {
  await drawImages(0, 66);
  await writeFile(join(folder, '.checked'), 'a file in the place of the folder');
  const warnings: string[] = [];
  const listen = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', listen);
  const { splits } = await build('first');
  await new Promise((done) => setImmediate(done));
  process.off('warning', listen);
  expect(splits[0]!.images).toBe(66);
  expect(warnings.join()).toContain('What was checked is not remembered for another time: Error: ');
});
