import sharp from 'sharp';
import { viewOf } from '../pages/person-view.ts';
import type { CataloguePerson } from './catalogue.ts';

/** Twice what the grid shows, for fine screens. */
const thumbnailPx = { width: 300, height: 360 };
/** Enough to zoom in. */
const picturePx = 2048;

/** The surroundings of a person, as a small JPEG. */
export async function drawThumbnail(person: CataloguePerson): Promise<Buffer> {
  const { size, box, picture } = person;
  return await sharp(await picture())
    .autoOrient()
    .extract(viewOf(box, size))
    .resize({ ...thumbnailPx, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 78 })
    .toBuffer();
}

/** The whole picture, upright, as a JPEG. */
export async function drawPicture({ picture }: CataloguePerson): Promise<Buffer> {
  return await sharp(await picture())
    .autoOrient()
    .resize({ width: picturePx, height: picturePx, fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 88 })
    .toBuffer();
}
