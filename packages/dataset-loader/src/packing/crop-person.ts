import type { CocoAnnotation, CocoImage, Size } from '@limber/keypoints';
import sharp from 'sharp';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import type { Pixels } from '../samples/warp-affine.ts';
import { storedRegion } from '../regions/stored-region.ts';

/** Of the stored crops. At 95 the loss is about that of the image's own compression. */
export const jpegQuality = 95;

/** Cuts a person out of an image and makes the row to store. */
export async function cropPerson(
  pixels: Pixels,
  { image, person }: { readonly image: CocoImage; readonly person: CocoAnnotation },
  inputSize: Size,
): Promise<KeypointRow> {
  const { left, top, cut, stored, cropToImage } = storedRegion(person.bbox, image, inputSize);
  const raw = { width: pixels.size.width, height: pixels.size.height, channels: 3 } as const;
  const crop = sharp(pixels.data, { raw })
    .extract({ left, top, width: cut.width, height: cut.height })
    .resize({ width: stored.width, height: stored.height, fit: 'fill' });
  return {
    annotationId: person.id,
    imageId: image.id,
    imageSize: { height: image.height, width: image.width },
    bbox: person.bbox,
    area: person.area,
    iscrowd: person.iscrowd,
    keypoints: Float32Array.from(person.keypoints),
    cropToImage,
    cropSize: stored,
    image: await crop.jpeg({ quality: jpegQuality }).toBuffer(),
  };
}
