import { coco17 } from '@limber/keypoints';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawContactSheet } from './contact-sheet.ts';

const inputSize = { height: 64, width: 48 };
const skeleton = {
  ...coco17,
  keypoints: ['left_hand', 'right_hand'],
  links: [],
  pairs: [[0, 1] as const],
};

/** Persons on grey, each with its left hand in the upper and its right hand in the lower half. */
function createBatch(size: number, mirrored: readonly number[]) {
  const joints = [24, 16, 2, 24, 48, 2];
  return {
    size,
    images: new Uint8Array(size * 64 * 48 * 3).fill(90),
    keypoints: Float32Array.from(Array.from({ length: size }, () => joints).flat()),
    toImage: Array.from({ length: size }, (_, person) => {
      return [mirrored.includes(person) ? -1 : 1, 0, 0, 0, 1, 0] as const;
    }),
  };
}

async function colorAt(jpeg: Buffer, left: number, top: number): Promise<number[]> {
  return [...(await sharp(jpeg).extract({ left, top, width: 1, height: 1 }).raw().toBuffer())];
}

test('persons stand side by side, joints in the colors of their sides, mirrored ones framed', async () => {
  const jpeg = await drawContactSheet(createBatch(10, [1]), { skeleton, inputSize });
  const { width, height } = await sharp(jpeg).metadata();
  // eight in a row of 144 x 192 pixels, 4 between them, in two rows
  expect([width, height]).toEqual([8 * 148 - 4, 2 * 196 - 4]);
  const near = (color: readonly number[]): unknown =>
    color.map((level) => expect.toSatisfy((got: number) => Math.abs(got - level) < 25));
  expect(await colorAt(jpeg, 73, 49)).toEqual(near([255, 159, 28]));
  expect(await colorAt(jpeg, 73, 145)).toEqual(near([46, 196, 255]));
  expect(await colorAt(jpeg, 1, 100)).toEqual(near([90, 90, 90]));
  expect(await colorAt(jpeg, 149, 100)).toEqual(near([255, 159, 28]));
});

test('no more than 32 persons are drawn', async () => {
  const jpeg = await drawContactSheet(createBatch(40, []), { skeleton, inputSize });
  expect((await sharp(jpeg).metadata()).height).toBe(4 * 196 - 4);
});
