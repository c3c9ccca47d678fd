import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packDataset } from '@limber/dataset-loader';
import { coco17 } from '@limber/keypoints';
import { synthesizeDataset } from '@limber/synthetic';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OpenViewOptions } from '../packages/cli/src/viewer/open-view.ts';
import { openView } from '../packages/cli/src/viewer/open-view.ts';
import type { Shown } from '../packages/cli/src/viewer/view-routes.ts';
import { viewRoutes } from '../packages/cli/src/viewer/view-routes.ts';
import { startServer } from '../packages/cli/src/viewer/start-server.ts';
import { browserPath, startBrowser, whyNoBrowser } from './browser.ts';
import { limber, main } from './limber-command.ts';
import { openPage, seriousFaults, widths } from './page-checks.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Coco {
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: {
    id: number;
    image_id: number;
    keypoints: number[];
    bbox: [number, number, number, number];
  }[];
  readonly categories: object[];
}

const folder = mkdtempSync(join(tmpdir(), 'limber-viewer-'));
const data = join(folder, 'data');
const asked: OpenViewOptions = {
  checkImages: false,
  followLinks: false,
  strict: false,
  seed: 0,
  signal: new AbortController().signal,
};
const closing: (() => Promise<void>)[] = [];
let browser: Browser | undefined;
let coco: Coco;

/** Serves what is shown. @returns its address. */
async function serve(shown: Shown & { readonly close?: () => Promise<void> }): Promise<string> {
  const faults: unknown[] = [];
  const server = await startServer(viewRoutes(shown), {
    port: 0,
    onFault: (error) => faults.push(error),
  });
  closing.push(async () => {
    await server.close();
    await shown.close?.();
    expect(faults).toEqual([]);
  });
  return server.address;
}

async function getJson<T>(address: string): Promise<T> {
  const response = await fetch(address);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as T;
}

beforeAll(async () => {
  await synthesizeDataset({ out: data, seed: 3, clips: 4, framesPerClip: 2, companions: 0 });
  const file = join(data, 'annotations.json');
  coco = JSON.parse(readFileSync(file, 'utf8')) as Coco;
  rmSync(file);
  // a joint outside of its image, which a check finds
  coco.annotations[0]!.keypoints.splice(0, 3, -40, 10, 2);
  for (const [split, from, to] of [
    ['train', 0, 6],
    ['val', 6, 8],
  ] as const) {
    const images = coco.images.slice(from, to);
    const ids = new Set(images.map(({ id }) => id));
    const annotations = coco.annotations.filter(({ image_id }) => ids.has(image_id));
    writeFileSync(join(data, `${split}.json`), JSON.stringify({ ...coco, images, annotations }));
  }
  if (browserPath === undefined) console.warn(whyNoBrowser);
  else browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all(closing.map((close) => close()));
  rmSync(folder, { recursive: true });
});

describe('the server', () => {
  test('opens annotations in any kind of file', async () => {
    const written = join(folder, 'cvat');
    const words = ['dataset', 'convert', join(data, 'val.json'), written, '--to', 'cvat'];
    const converted = await limber([...words, '--images', join(data, 'images')], folder);
    expect(converted.exitCode, converted.stderr).toBe(0);
    const file = join(written, 'train.xml');
    const view = await openView(file, { ...asked, images: join(written, 'images') });
    expect(view.catalogue().persons).toHaveLength(2);
    await view.close();
  });

  test('opens the folder that limber predict wrote, beside the photographs that it is of', async () => {
    const predicted = join(folder, 'predicted');
    mkdirSync(predicted);
    const [image] = coco.images;
    const { keypoints } = coco.annotations[0]!;
    const results = [{ image_id: 1, category_id: 1, score: 0.5, keypoints }];
    writeFileSync(join(predicted, 'results.json'), JSON.stringify(results));
    const images = [{ id: 1, file_name: image!.file_name }];
    writeFileSync(join(predicted, 'images.json'), JSON.stringify({ images, categories: [] }));
    const view = await openView(predicted, { ...asked, dataset: join(data, 'images') });
    expect(view.catalogue().scoreName).toBe('score');
    expect(view.catalogue().persons.at(-1)!.image).toBe(image!.file_name);
    await view.close();
    await expect(openView(predicted, asked)).rejects.toThrow(
      `${join(predicted, 'results.json')}: results without the images that they are of`,
    );
  });

  test('filters by split, visibility, finding and score', async () => {
    const results = coco.annotations.map(({ image_id, keypoints, bbox }, index) => ({
      image_id,
      category_id: 1,
      score: 0.9,
      // each is a little further off than the one before
      keypoints: keypoints.map((value, at) => (at % 3 === 2 ? 1 : value + (bbox[3] * index) / 120)),
    }));
    const file = join(folder, 'results.json');
    writeFileSync(file, JSON.stringify(results.slice(0, 7)));
    const address = await serve(await openView(file, { ...asked, dataset: data }));
    const find = async (
      query: string,
    ): Promise<{ total: number; names: string[]; scores: unknown[] }> => {
      const page = await getJson<{ total: number; persons: { name: string; score: number }[] }>(
        `${address}persons?${query}`,
      );
      const { total, persons } = page;
      return {
        total,
        names: persons.map(({ name }) => name),
        scores: persons.map(({ score }) => score),
      };
    };
    expect(await getJson(`${address}about`)).toMatchObject({
      count: 8,
      splits: [
        { name: 'train', count: 6 },
        { name: 'val', count: 2 },
      ],
      findings: expect.arrayContaining([{ name: 'point-outside-image', count: 1 }]) as unknown,
      scoreName: 'OKS',
    });
    expect(await find('split=val')).toMatchObject({ total: 2 });
    expect(await find('finding=point-outside-image')).toMatchObject({
      names: [coco.images[0]!.file_name],
    });
    const hidden = coco.annotations.filter(({ keypoints }) =>
      keypoints.some((value, at) => at % 3 === 2 && value === 1),
    );
    expect((await find('visibility=hidden')).total).toBe(hidden.length);
    const worst = await find('order=lowest-score');
    const known = worst.scores.slice(0, -1) as number[];
    expect(known).toEqual(known.toSorted((a, b) => a - b));
    expect(known[0]).toBeLessThan(0.9);
    // nothing was predicted for the last one's image
    expect(worst.scores.at(-1)).toBeNull();
    expect(worst.scores.at(-2)).toBe(1);
    expect((await find('maxScore=0.995')).total).toBe(6);
    expect((await find('from=4&count=2')).names).toEqual(
      coco.images.slice(4, 6).map(({ file_name }) => file_name),
    );
    const wrong = await fetch(`${address}persons?order=sideways`);
    expect([wrong.status, await wrong.text()]).toEqual([
      404,
      'order: no such value: expected dataset, lowest-score, highest-score, got sideways.\n',
    ]);
  });

  test('a link that leads out of the folder of images is not followed unless asked', async () => {
    const linked = join(folder, 'linked');
    mkdirSync(join(linked, 'images'), { recursive: true });
    const secret = join(folder, 'secret.png');
    await sharp({ create: { width: 40, height: 30, channels: 3, background: '#f00' } })
      .png()
      .toFile(secret);
    symlinkSync(secret, join(linked, 'images/a.png'));
    const images = [{ id: 1, file_name: 'a.png', width: 40, height: 30 }];
    const annotations = [
      { id: 1, image_id: 1, category_id: 1, bbox: [4, 4, 20, 20], keypoints: [9, 9, 2] },
    ];
    const categories = [{ id: 1, name: 'person', keypoints: ['nose'] }];
    writeFileSync(join(linked, 'a.json'), JSON.stringify({ images, annotations, categories }));
    const address = await serve(await openView(linked, asked));
    for (const path of ['images/0', 'thumbnails/0']) {
      const refused = await fetch(address + path);
      expect([refused.status, await refused.text()]).toEqual([
        404,
        `${join(linked, 'images/a.png')}: a link that leads out of the folder of images: expected a file below ` +
          `${join(linked, 'images')}. Pass --follow-links if you know where the links of this dataset lead.\n`,
      ]);
    }
    const followed = await serve(await openView(linked, { ...asked, followLinks: true }));
    expect((await fetch(`${followed}images/0`)).status).toBe(200);
    expect((await fetch(`${followed}images/1`)).status).toBe(404);
  });

  test('persons are shown before and after augmentation, packed or not', async () => {
    const shards = join(folder, 'shards');
    const [annotations, images] = [join(data, 'val.json'), join(data, 'images')];
    const inputSize = { height: 64, width: 48 };
    await packDataset({ annotations, images, out: shards, inputSize, corrupt: 'throw' });
    interface Sample {
      size: object;
      before: { image: string; keypoints: number[] };
      after: { image: string; keypoints: number[] };
    }
    const packed = await serve(await openView(shards, asked));
    const sample = await getJson<Sample>(`${packed}samples/1?epoch=2`);
    expect(sample.size).toEqual(inputSize);
    expect(sample.before.image).toMatch(/^data:image\/jpeg;base64,/);
    expect(sample.after.keypoints).not.toEqual(sample.before.keypoints);
    expect(await getJson(`${packed}samples/1?epoch=2`)).toEqual(sample);
    const other = await getJson<Sample>(`${packed}samples/1?epoch=3`);
    expect(other.before).toEqual(sample.before);
    expect(other.after).not.toEqual(sample.after);
    const plain = await serve(await openView(data, asked));
    const { size } = await getJson<Sample>(`${plain}samples/7`);
    expect(size).toEqual({ height: 256, width: 192 });
  });

  test('Ctrl-C ends the command, also while a page listens', async () => {
    const child = spawn(process.execPath, [main, 'dataset', 'view', data], { cwd: folder });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const address = await new Promise<string>((resolve) => {
      let text = '';
      child.stdout.on('data', (part: Buffer) => {
        text += part.toString();
        if (text.includes('Ctrl-C ends it.\n')) resolve(text.split('\n')[0]!);
      });
    });
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
    expect((await fetch(`${address}about`)).status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});

describe.runIf(browserPath !== undefined)('in a browser', () => {
  const persons = (page: Page): Promise<string> => page.getByRole('status').innerText();

  test.each([390, 1280])('the page is sound at %d pixels, and so is a person', async (width) => {
    const address = await serve(await openView(data, asked));
    const { page, complaints } = await openPage(browser!, address, width);
    await page.locator('[data-place="0"] image').waitFor();
    const check = async (): Promise<void> => {
      const { drawn, seen } = await widths(page);
      expect(drawn).toBeLessThanOrEqual(seen);
      expect(await seriousFaults(page)).toEqual([]);
    };
    await check();
    await page.locator('[data-place="0"]').click();
    await page.getByRole('dialog').locator('text').first().waitFor();
    await check();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('filters, keyboard and zoom work', async () => {
    const address = await serve(await openView(data, asked));
    const { page, complaints } = await openPage(browser!, address, 1280);
    await page.locator('[data-place="7"]').waitFor();
    await page.getByLabel('Split').selectOption('val');
    await page.locator('[data-place="2"]').waitFor({ state: 'detached' });
    await expect.poll(() => persons(page)).toBe('2 of 8');
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('SELECT');
    await page.getByLabel('Split').selectOption('');
    await page.locator('[data-place="7"]').waitFor();
    await page.locator('[data-place="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    const picture = dialog.locator('.picture');
    expect(await dialog.locator('.place').innerText()).toBe('2 / 8');
    const viewOf = async (): Promise<number[]> =>
      (await picture.getAttribute('viewBox'))!.split(' ').map(Number);
    const before = await viewOf();
    await page.keyboard.press('+');
    const closer = await viewOf();
    expect(closer[2]! / before[2]!).toBeCloseTo(0.8);
    await picture.hover();
    await page.mouse.wheel(0, -100);
    await expect.poll(async () => (await viewOf())[2]! < closer[2]!).toBe(true);
    await page.keyboard.press('0');
    const { width, height } = coco.images[1]!;
    expect(await viewOf()).toEqual([0, 0, width, height]);
    const names = await dialog.locator('.names text').allTextContents();
    expect(names).toContain('left knee');
    await page.keyboard.press('n');
    await page.keyboard.press('ArrowRight');
    expect(await dialog.locator('.place').innerText()).toBe('3 / 8');
    expect(await dialog.locator('.names text').count()).toBe(0);
    await page.keyboard.press('a');
    await dialog.getByRole('img', { name: 'After augmentation' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.dataset.place')).toBe('2');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a hundred thousand persons scroll: only those in sight are there', async () => {
    const image = await sharp({
      create: { width: 60, height: 80, channels: 3, background: '#789' },
    })
      .jpeg()
      .toBuffer();
    const keypoints = coco17.keypoints.flatMap((_, joint) => [20 + joint, 10 + 4 * joint, 2]);
    const person = {
      image: undefined,
      split: null,
      skeleton: 0,
      size: { width: 60, height: 80 },
      box: [10, 5, 40, 70] as const,
      keypoints,
      area: 2800,
      imageId: 1,
      annotationId: undefined,
      toPicture: null,
      findings: [],
      picture: () => image,
    };
    const catalogue = {
      title: 'Many',
      skeletons: [coco17],
      persons: Array.from({ length: 100_000 }, (_, at) => ({
        ...person,
        name: `person ${at + 1}`,
      })),
      predictions: new Map(),
      scoreName: null,
      sampleOf: () => Promise.reject(new Error('not asked for')),
      close: () => Promise.resolve(),
    };
    const address = await serve({ catalogue: () => catalogue, training: null });
    const { page, complaints } = await openPage(browser!, address, 1280);
    await page.locator('[data-place="0"]').focus();
    const there = (): Promise<number> => page.locator('li').count();
    expect(await there()).toBeLessThan(80);
    await page.locator('.scroller').hover();
    for (let turn = 0; turn < 8; turn++) {
      await page.mouse.wheel(0, 3000);
      expect(await there()).toBeLessThan(80);
    }
    await page.keyboard.press('End');
    await expect.poll(() => page.evaluate('document.activeElement.dataset.place')).toBe('99999');
    expect(await page.locator(':focus .name').innerText()).toBe('person 100000');
    expect(await there()).toBeLessThan(80);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a training is followed: curves grow, and new predictions are shown', async () => {
    const out = join(folder, 'trained');
    const logs = join(out, 'work/logs');
    mkdirSync(logs, { recursive: true });
    const shards = join(folder, 'followed');
    const [annotations, images] = [join(data, 'val.json'), join(data, 'images')];
    const inputSize = { height: 64, width: 48 };
    await packDataset({ annotations, images, out: shards, inputSize, corrupt: 'throw' });
    writeFileSync(join(out, 'work/data.json'), JSON.stringify({ train: shards, val: shards }));
    const metrics = join(logs, 'metrics.jsonl');
    writeFileSync(metrics, '{"step":10,"epoch":0,"train/loss":2,"lr":0.1}\n');
    const address = await serve(await openView(out, asked));
    const { page, complaints } = await openPage(browser!, address, 390);
    await page.getByText('Step 10, epoch 1').waitFor();
    appendFileSync(metrics, '{"step":20,"epoch":1,"train/loss":1,"lr":0.1}\n');
    await page.getByText('Step 20, epoch 2').waitFor();
    await page.getByRole('img', { name: 'Loss over steps: train 1.00' }).waitFor();
    await page.getByLabel('epochs').check();
    await page.getByRole('img', { name: 'Loss over epochs: train 1.00' }).waitFor();
    const [first] = coco.annotations.slice(6);
    const { id, image_id, keypoints } = first!;
    const result = { annotation_id: id, image_id, category_id: 1, score: 0.8, keypoints };
    writeFileSync(join(logs, 'validation.json'), JSON.stringify({ step: 20, results: [result] }));
    await page.getByText('persons as predicted after step 20').waitFor();
    const { drawn, seen } = await widths(page);
    expect(drawn).toBeLessThanOrEqual(seen);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Persons' }).click();
    await page.getByText('OKS 1.00').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });
});
