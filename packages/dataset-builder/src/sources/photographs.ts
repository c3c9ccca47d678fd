import { availableProcessors, mapInOrder } from '@limber/files';
import { coco17 } from '@limber/keypoints';
import type { Format } from './format.ts';
import { nameOfFolder } from './format.ts';
import { readImageSize } from './image-size.ts';
import type { LabelledImage } from './labelled-images.ts';
import { createLabelledSource } from './labelled-images.ts';
import { isImageName } from './listing.ts';

/** Photographs without any labels: a dataset of images without persons, to be labelled. */
export const photographs: Format = {
  title: 'photographs without labels',
  looksLike: 'images alone',
  find: async (listing) => {
    const all = listing.named === undefined ? listing.files : [listing.named];
    return all.filter(isImageName);
  },
  async open(files, { listing, options }) {
    const { skeleton, strict = false, split } = options;
    const images: LabelledImage[] = [];
    const concurrency = availableProcessors() * 2;
    const read = mapInOrder(files, { concurrency }, async (fileName): Promise<LabelledImage> => {
      const path = listing.pathOf(fileName);
      const size = await readImageSize(path, path);
      return {
        where: path,
        fileName,
        path,
        size,
        ...(split === undefined ? {} : { split }),
        persons: [],
      };
    });
    for await (const image of read) images.push(image);
    const category = { name: 'person', keypoints: skeleton?.keypoints ?? coco17.keypoints };
    const source = createLabelledSource({
      name: nameOfFolder(listing.root),
      category,
      strict,
      images,
      ...(skeleton && { skeleton }),
    });
    return { sources: [source], decisions: [`${images.length} images, nobody is labelled`] };
  },
};
