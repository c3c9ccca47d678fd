import { extname } from 'node:path';
import type { KeypointBatch } from '@limber/dataset-loader';
import { LimberError, writeFileAtomic } from '@limber/files';
import type { Affine, Size, Skeleton } from '@limber/keypoints';
import type { Callback } from '@limber/trainer';
import sharp from 'sharp';
import { drawPose, labelledJoints } from './draw-pose.ts';

/** How many persons are drawn at most. */
const personsShown = 32;
const columns = 8;
/** Height of one person on the sheet. */
const tileHeightPx = 192;
const gapPx = 4;

/** What a sheet is made for. */
export interface ContactSheetOptions {
  readonly skeleton: Skeleton;
  readonly inputSize: Size;
  /** Where the sheet goes: its ending decides the format; by default JPEG. */
  readonly file?: string;
}

/**
 * Draws the persons of a batch as the model sees them, side by side, with their labelled joints in the
 * colors of their sides, so that wrong labels and wrong pairs show. Mirrored persons have an orange
 * frame.
 *
 * @returns an image of up to 32 persons.
 * @throws {LimberError} `invalid-argument` if `file` ends with nothing known.
 */
export async function drawContactSheet(
  batch: Pick<KeypointBatch, 'size' | 'images' | 'keypoints' | 'toImage'>,
  { skeleton, inputSize: { height, width }, file = '.jpg' }: ContactSheetOptions,
): Promise<Buffer> {
  const format = formatOf(file);
  const count = Math.min(batch.size, personsShown);
  const perRow = Math.min(columns, count);
  const tile = { height: tileHeightPx, width: Math.round((tileHeightPx * width) / height) };
  const [pixels, numbers] = [height * width * 3, skeleton.keypoints.length * 3];
  const tiles = Array.from({ length: count }, async (_, person) => {
    const image = batch.images.subarray(person * pixels, (person + 1) * pixels);
    const keypoints = batch.keypoints.subarray(person * numbers, (person + 1) * numbers);
    const unit = height / tileHeightPx;
    const pose = drawPose(labelledJoints(keypoints), skeleton, { style: 'predicted', unit });
    const frame = isMirrored(batch.toImage[person]!)
      ? `<rect width="${width}" height="${height}" fill="none" stroke="#ff9f1c" stroke-width="${6 * unit}"/>`
      : '';
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${tile.width}" height="${tile.height}" viewBox="0 0 ${width} ${height}">${pose}${frame}</svg>`;
    const input = await sharp(image, { raw: { height, width, channels: 3 } })
      .resize(tile.width, tile.height, { fit: 'fill' })
      .composite([{ input: Buffer.from(svg) }])
      .png()
      .toBuffer();
    const left = (person % perRow) * (tile.width + gapPx);
    return { input, left, top: Math.floor(person / perRow) * (tile.height + gapPx) };
  });
  return sharp({
    create: {
      width: perRow * (tile.width + gapPx) - gapPx,
      height: Math.ceil(count / perRow) * (tile.height + gapPx) - gapPx,
      channels: 3,
      background: '#fff',
    },
  })
    .composite(await Promise.all(tiles))
    .toFormat(format, format === 'png' ? {} : { quality: 88 })
    .toBuffer();
}

const formats = { '.jpg': 'jpeg', '.jpeg': 'jpeg', '.png': 'png', '.webp': 'webp' } as const;

function formatOf(file: string): (typeof formats)[keyof typeof formats] {
  const ending = Object.keys(formats).find((one) => file.toLowerCase().endsWith(one));
  if (ending !== undefined) return formats[ending as keyof typeof formats];
  throw new LimberError('invalid-argument', {
    where: file,
    what: 'not the name of an image',
    expected: `an ending of ${Object.keys(formats).join(', ')}`,
    got: extname(file) || 'none',
  });
}

/** Writes the first batch of a training down, and says where, before an hour is spent on wrong labels. */
export function createContactSheet(
  file: string,
  options: ContactSheetOptions & { readonly onProgress: (line: string) => void },
): Callback<KeypointBatch> {
  return {
    onTrainBatchStart: async (trainer, batch, batchIndex) => {
      if (trainer.currentEpoch > 0 || batchIndex > 0) return;
      await writeFileAtomic(file, await drawContactSheet(batch, options));
      options.onProgress(`The first batch as the model sees it (mirrored ones framed): ${file}`);
    },
  };
}

/** A map that mirrors turns areas inside out. */
function isMirrored([a, b, , d, e]: Affine): boolean {
  return a * e - b * d < 0;
}
