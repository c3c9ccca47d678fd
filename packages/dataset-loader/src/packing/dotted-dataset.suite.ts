import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Size } from '@limber/keypoints';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';

/** Left, right and head of a person: red, green and blue dots in the images. */
const dotNames = ['left_hand', 'right_hand', 'head'];

/** A dataset of images in which every joint is a soft dot of its own color. */
export interface DottedDataset {
  /** Temporary, removed after the test. */
  readonly folder: string;
  readonly annotations: string;
  readonly images: string;
  /** The content of the annotations file, for a test to change and write again. */
  readonly json: {
    images: { id: number; file_name: string; width: number; height: number }[];
    annotations: {
      id: number;
      image_id: number;
      category_id: number;
      keypoints: number[];
      bbox: number[];
      num_keypoints?: number;
      iscrowd?: 0 | 1;
    }[];
    categories: { id: number; name: string; keypoints: readonly string[] }[];
  };
}

/**
 * Writes `count` images of 200 x 240 (height x width) to a temporary folder, each with one person.
 *
 * @param about.size - of the images.
 * @param about.dotPx - radius of the dots.
 */
export async function writeDottedDataset(
  count: number,
  about: { size?: Size; dotPx?: number } = {},
): Promise<DottedDataset> {
  const { size = { height: 200, width: 240 }, dotPx = 5 } = about;
  const folder = await mkdtemp(join(tmpdir(), 'dotted-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const images = join(folder, 'images');
  const annotations = join(folder, 'annotations.json');
  await mkdir(images);
  const json: DottedDataset['json'] = {
    images: [],
    annotations: [],
    categories: [{ id: 1, name: 'dots', keypoints: dotNames }],
  };
  for (let at = 0; at < count; at++) {
    const dots = dotsOf(at, size);
    const file_name = `dots-${at}.jpg`;
    await writeFile(join(images, file_name), await drawDots(dots, size, dotPx));
    json.images.push({ id: 10 + at, file_name, ...size });
    json.annotations.push({
      id: 900_000_000_000 + at,
      image_id: 10 + at,
      category_id: 1,
      keypoints: dots.flatMap(([x, y]) => [x, y, 2]),
      bbox: [0.3, 0.25, 0.4, 0.55].map((part, side) =>
        side % 2 === 0 ? part * size.width : part * size.height,
      ),
    });
  }
  await writeFile(annotations, JSON.stringify(json));
  return { folder, annotations, images, json };
}

type Dot = readonly [x: number, y: number];

/** Three places near the middle, other ones in every image, between the pixels. */
function dotsOf(at: number, { height, width }: Size): Dot[] {
  const place = (x: number, y: number): Dot => [
    width * x + ((at * 7) % 11) + 0.3,
    height * y + ((at * 5) % 13) + 0.7,
  ];
  return [place(0.42, 0.45), place(0.55, 0.55), place(0.45, 0.62)];
}

async function drawDots(dots: readonly Dot[], size: Size, dotPx: number): Promise<Buffer> {
  const pixels = Buffer.alloc(size.height * size.width * 3, 40);
  for (const [channel, [dotX, dotY]] of dots.entries()) {
    for (let at = 0; at < size.height * size.width; at++) {
      const dx = (at % size.width) - dotX;
      const dy = Math.floor(at / size.width) - dotY;
      const level = 200 * Math.exp(-(dx * dx + dy * dy) / (2 * dotPx * dotPx));
      pixels[at * 3 + channel] = Math.round(pixels[at * 3 + channel]! + level);
    }
  }
  const raw = { ...size, channels: 3 } as const;
  return sharp(pixels, { raw }).jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer();
}
