import { posix } from 'node:path';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { cocoSource } from './coco.ts';
import type { Format } from './format.ts';
import { filesWith } from './format.ts';
import { headBytes } from './file-head.ts';
import type { Listing } from './listing.ts';
import { candidates } from './listing.ts';
import { locateImages } from './locate-images.ts';
import type { Source } from './source.ts';
import { splitOfName } from './split-of-name.ts';

/**
 * COCO keypoints in any usual layout: one file or several, beside their images or in a folder of their own. Files of several
 * splits, by their names, keep them.
 */
export const coco: Format = {
  title: 'COCO',
  looksLike: 'JSON with images, annotations and categories',
  find: async (listing) => {
    const files = await filesWith(
      listing,
      candidates(listing, '.json'),
      ({ type, keys }) =>
        type === 'object' &&
        ['images', 'annotations', 'categories'].some((list) => keys.has(list)) &&
        !keys.has('shapes'),
    );
    return files;
  },
  async open(files, { listing, images, options }) {
    const used = files.length === 1 ? files : files.filter((file) => mentionsJoints(listing, file));
    const chosen = used.length === 0 ? files : used;
    const splits = chosen.map((file) => splitOfName(posix.basename(file)));
    const areSplit = chosen.length > 1 && splits.every((split) => split !== undefined);
    const left = files.filter((file) => !chosen.includes(file));
    const decisions = left.map((file) => `${file}: left out, no keypoints`);
    const sources: Source[] = [];
    for (const [index, file] of chosen.entries()) {
      const { skeleton, strict = false, groupField } = options;
      const split = options.split ?? (areSplit ? splits[index] : undefined);
      const source = await cocoSource({
        annotations: listing.pathOf(file),
        images: (names) => {
          const places = locateImages(images, { names, file, hint: posix.basename(file) });
          const side = split === undefined ? '' : ` for ${split}`;
          decisions.push(`${file}: ${names.length} images${side}, ${places.decision}`);
          return places.pathOf;
        },
        strict,
        ...(skeleton && { joints: skeleton }),
        ...(split && { split }),
        ...(groupField === undefined ? {} : { groupField }),
      });
      sources.push(source);
    }
    return { sources, decisions };
  },
};

/** Whether a file speaks of keypoints where COCO's files have their categories: at the beginning or at the end. */
function mentionsJoints(listing: Listing, file: string): boolean {
  const path = listing.pathOf(file);
  const { size } = statSync(path);
  const handle = openSync(path, 'r');
  try {
    return [0, Math.max(0, size - headBytes)].some((start) => {
      const bytes = Buffer.alloc(Math.min(headBytes, size));
      readSync(handle, bytes, 0, bytes.length, start);
      return bytes.includes('"keypoints"');
    });
  } finally {
    closeSync(handle);
  }
}
