import sharp from 'sharp';

/** What an image looks like, small enough to keep for every image of a dataset. */
export interface ImagePrint {
  /** 16 x 16 pixels, red, green and blue. */
  readonly thumbnail: Uint8Array;
  /** 7 times 16 bits: which of two neighbours is brighter. Images that look the same share most of them. */
  readonly bands: Uint16Array;
}

const side = 16;
/** Neighbours that differ by less are equal: noise of a compression must not decide. */
const brighterBy = 4;

/** Makes the print of an image that is decoded already. @param raw - its pixels, row by row. */
export async function printImage(raw: {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
}): Promise<ImagePrint> {
  const { data, ...layout } = raw;
  const small = await sharp(data, { raw: layout, limitInputPixels: false })
    .toColourspace('srgb')
    .removeAlpha()
    .resize(side, side, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const channels = small.info.channels as number;
  const thumbnail = new Uint8Array(side * side * 3);
  for (let at = 0; at < thumbnail.length; at++) {
    const pixel = Math.floor(at / 3);
    thumbnail[at] = small.data[pixel * channels + Math.min(channels - 1, at % 3)]!;
  }
  return printOf(thumbnail);
}

/** The print of an image whose thumbnail is known: 16 x 16 pixels, red, green and blue. */
export function printOf(thumbnail: Uint8Array): ImagePrint {
  return { thumbnail, bands: bandsOf(thumbnail) };
}

/** Difference of two images that counts as none: mean and largest, in levels of 255. */
const nearMean = 2.5;
const nearLargest = 24;

/** Whether two images look the same: the same photograph at another size or quality, or two frames without motion. */
export function isNearlySame({ thumbnail: a }: ImagePrint, { thumbnail: b }: ImagePrint): boolean {
  let sum = 0;
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs(a[at]! - b[at]!);
    if (difference > nearLargest) return false;
    sum += difference;
  }
  return sum / a.length <= nearMean;
}

/** 8 x 8 means, compared with their right and lower neighbours: 112 bits. */
function bandsOf(thumbnail: Uint8Array): Uint16Array {
  const cells = Array.from({ length: 64 }, (_, cell) => {
    let sum = 0;
    for (const [dy, dx] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const pixel = ((cell >> 3) * 2 + dy) * side + (cell & 7) * 2 + dx;
      for (let channel = 0; channel < 3; channel++) sum += thumbnail[pixel * 3 + channel]!;
    }
    return sum / 12;
  });
  const bits: boolean[] = [];
  for (let cell = 0; cell < 64; cell++) {
    if ((cell & 7) < 7) bits.push(cells[cell]! > cells[cell + 1]! + brighterBy);
    if (cell < 56) bits.push(cells[cell]! > cells[cell + 8]! + brighterBy);
  }
  return Uint16Array.from({ length: bits.length / 16 }, (_, band) =>
    bits.slice(band * 16, band * 16 + 16).reduce((sum, bit) => sum * 2 + (bit ? 1 : 0), 0),
  );
}
