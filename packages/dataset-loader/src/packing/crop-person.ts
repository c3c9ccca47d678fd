import type { CocoAnnotation, CocoImage, Skeleton } from '@limber/keypoints';
import sharp from 'sharp';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import type { Pixels } from '../samples/warp-affine.ts';
import type { StoredReach } from '../regions/stored-region.ts';
import { storedRegion } from '../regions/stored-region.ts';

/** Of the stored crops. At 95 the loss is about that of the image's own compression. */
export const jpegQuality = 95;

/** Cuts a person out of an image and makes the row to store. */
export async function cropPerson(
  pixels: Pixels,
  {
    image,
    person,
    skeleton,
  }: {
    readonly image: CocoImage;
    readonly person: CocoAnnotation;
    readonly skeleton: Skeleton;
  },
  reach: StoredReach,
): Promise<KeypointRow> {
  const keypoints = Float32Array.from(person.keypoints);
  const seen = { box: person.bbox, keypoints, skeleton };
  const { left, top, cut, stored, cropToImage } = storedRegion(seen, image, reach);
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
    keypoints,
    cropToImage,
    cropSize: stored,
    image: await crop.jpeg({ quality: jpegQuality }).toBuffer(),
  };
}
