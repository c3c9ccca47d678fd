import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pixels } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import type { Box } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import { createModel, saveModel } from '@limber/model-zoo';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import type { Predictor } from './predictor.ts';
import { loadPredictor } from './predictor.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-predictor-'));
const skeleton = {
  name: 'person',
  keypoints: ['head', 'left_hand', 'right_hand'],
  links: [[0, 1] as const, [0, 2] as const],
  pairs: [[1, 2] as const],
  upperBody: [0, 1, 2],
  lowerBody: [],
  sigmas: [0.1, 0.1, 0.1],
};
let engine: Engine;
let predictor: Predictor;

beforeAll(async () => {
  engine = await loadTestEngine();
  const inputSize = { height: 64, width: 32 };
  const model = createModel(engine, { name: 'limber-tiny', inputSize, jointCount: 3 }, { seed: 4 });
  await saveModel(root, model, { skeleton });
  model.dispose();
  predictor = await loadPredictor(root, { engine });
});
afterAll(() => {
  predictor.dispose();
  rmSync(root, { recursive: true });
});

/** Smooth noise, so that the answers of an untrained network differ from place to place. */
function createImage(height: number, width: number): Pixels {
  const random = createRandom('image', height, width);
  const data = Uint8Array.from({ length: height * width * 3 }, () => random.uniform(60, 255));
  return { data, size: { height, width } };
}

/** The image with a black border. */
function withBorder({ data, size }: Pixels, left: number, top: number): Pixels {
  const [height, width] = [size.height + 2 * top, size.width + 2 * left];
  const wider = new Uint8Array(height * width * 3);
  for (let y = 0; y < size.height; y++) {
    const row = data.subarray(y * size.width * 3, (y + 1) * size.width * 3);
    wider.set(row, ((y + top) * width + left) * 3);
  }
  return { data: wider, size: { height, width } };
}

const image = createImage(80, 60);
const boxes: readonly Box[] = [
  [10, 5, 30, 60],
  [-4, 20, 40, 50],
  [25, 30, 12, 18],
];

test('gives a pose for each box, in the order of the boxes, the same whatever the batch', async () => {
  const together = await predictor.predict(image, boxes);
  expect(together.map(({ box }) => box)).toEqual(boxes);
  expect(together.every(({ keypoints }) => keypoints.length === 9)).toBe(true);
  const byTwo = await loadPredictor(root, { engine, batchSize: 2 });
  const one = await byTwo.predict(image, boxes);
  byTwo.dispose();
  for (const [index, pose] of one.entries()) {
    for (const [at, value] of pose.keypoints.entries()) {
      expect(value).toBeCloseTo(together[index]!.keypoints[at]!, 3);
    }
  }
});

test('a border around the image moves the joints by its width', async () => {
  const [left, top] = [7, 11];
  const inside = await predictor.predict(image, boxes);
  const moved = boxes.map(([x, y, width, height]): Box => [x + left, y + top, width, height]);
  const outside = await predictor.predict(withBorder(image, left, top), moved);
  for (const [index, { keypoints }] of outside.entries()) {
    const expected = inside[index]!.keypoints.map((value, at) => value + [left, top, 0][at % 3]!);
    for (const [at, value] of keypoints.entries()) expect(value).toBeCloseTo(expected[at]!, 3);
  }
});

test('the whole image is one person without padding', async () => {
  const [whole] = await predictor.predict(image, 'whole-image');
  expect(whole!.box).toEqual([0, 0, 60, 80]);
  // the usual padding is 1.25: a smaller box about the same center shows the same
  const [w, h] = [60 / 1.25, 80 / 1.25];
  const [same] = await predictor.predict(image, [[30 - w / 2, 40 - h / 2, w, h]]);
  for (const [at, value] of whole!.keypoints.entries()) {
    expect(value).toBeCloseTo(same!.keypoints[at]!, 3);
  }
});

test('a file, its bytes and its pixels are one image; a rotation in the file is applied', async () => {
  const upright = sharp(image.data, { raw: { ...image.size, channels: 3 } });
  const png = await upright.clone().png().toBuffer();
  const turned = await upright
    .clone()
    .rotate(90)
    .withExif({})
    .withMetadata({ orientation: 8 })
    .png()
    .toBuffer();
  writeFileSync(join(root, 'image.png'), png);
  const expected = await predictor.predict(image, boxes);
  for (const source of [png, join(root, 'image.png'), turned]) {
    expect(await predictor.predict(source, boxes)).toEqual(expected);
  }
});

test('without boxes the detector finds the persons, and its scores count', async () => {
  const detected = { box: boxes[0]!, score: 0.5 };
  let isDisposed = false;
  const detector = {
    detect: () => Promise.resolve([detected]),
    dispose: () => {
      isDisposed = true;
    },
  };
  const own = await loadPredictor(root, { engine, detector });
  const [found] = await own.predict(image);
  const [given] = await own.predict(image, [boxes[0]!]);
  own.dispose();
  expect(found).toEqual({ ...given!, score: given!.score * 0.5 });
  // who brought it disposes it
  expect(isDisposed).toBe(false);
});

test('nothing is left on the device', async () => {
  const before = engine.tf.memory().numTensors;
  await predictor.predict(image, boxes);
  expect(engine.tf.memory().numTensors).toBe(before);
});

test('bad images and boxes are refused by name', async () => {
  await expect(predictor.predict(join(root, 'model.json'))).rejects.toThrow(
    `${join(root, 'model.json')}: not a readable image: expected a complete JPEG, PNG, WebP, AVIF, TIFF or GIF, got Input file contains unsupported image format.`,
  );
  await expect(
    predictor.predict(image, [
      [0, 0, 1, 1],
      [1, 2, 0, 4],
    ]),
  ).rejects.toThrow(
    'boxes[1]: not a box: expected x, y, width, height in pixels, the sides above 0, got [1, 2, 0, 4].',
  );
  await expect(predictor.predict(image, [[0, 0, NaN, 1]])).rejects.toThrow('got [0, 0, NaN, 1]');
});
