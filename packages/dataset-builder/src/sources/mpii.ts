import { availableProcessors, LimberError, mapInOrder } from '@limber/files';
import type { Box, Size } from '@limber/keypoints';
import { clipBox } from '@limber/keypoints';
import { z } from 'zod';
import { groupBy } from '../building/group-by.ts';
import type { Format } from './format.ts';
import { filesWith, nameOfFolder } from './format.ts';
import { readImageSize } from './image-size.ts';
import type { LabelledImage, LabelledPerson } from './labelled-images.ts';
import { createLabelledSource } from './labelled-images.ts';
import { candidates } from './listing.ts';
import { locateImages } from './locate-images.ts';
import { mpii16 } from './mpii16.ts';
import { readJsonOf } from './read-annotation-file.ts';
import { refuseOutside } from './refuse-outside.ts';
import { splitOfName } from './split-of-name.ts';
import type { Source } from './source.ts';

const point = z.tuple(
  [z.number('expected a number'), z.number('expected a number')],
  'expected [x, y]',
);
const schema = z.array(
  z.object(
    {
      image: z.string('expected the name of the image').min(1, 'expected the name of the image'),
      joints: z
        .array(point, 'expected [x, y] of 16 joints')
        .length(16, 'expected [x, y] of 16 joints'),
      joints_vis: z
        .array(z.number('expected 0 or 1'), 'expected 0 or 1 for 16 joints')
        .length(16, 'expected 0 or 1 for 16 joints')
        .optional(),
      center: point.optional(),
      scale: z.number('expected a number').optional(),
    },
    'expected a person',
  ),
  'expected a list of persons',
);

type Person = z.infer<typeof schema>[number];

/**
 * MPII Human Pose as JSON (`train.json`, `valid.json` of HRNet and MMPose): a list of persons with 16 joints. Coordinates
 * count from 1, as MATLAB does, and are taken to count from 0. Joints that are seen and hidden are not told apart: all are
 * taken as seen. The box is the square of `center` and `scale` (200 pixels to a scale of 1, moved down by 15), inside
 * the image.
 */
export const mpii: Format = {
  title: 'MPII',
  looksLike: 'JSON list of persons with joints and image',
  find: (listing) =>
    filesWith(
      listing,
      candidates(listing, '.json'),
      ({ type, keys }) => type === 'list' && keys.has('joints') && keys.has('image'),
    ),
  async open(files, { listing, images: folder, options }) {
    const { skeleton, strict = false } = options;
    const sources: Source[] = [];
    const decisions: string[] = [];
    for (const file of files) {
      const path = listing.pathOf(file);
      const persons = await readJsonOf(path, schema);
      const places = locateImages(folder, {
        names: persons.map(({ image }) => image),
        file,
        hint: '',
      });
      const split = options.split ?? (files.length > 1 ? splitOfName(file) : undefined);
      const placed = persons.map((person, index) => ({ person, where: `${path}: [${index}]` }));
      for (const { person, where } of placed) refuseOutside(person.image, `${where}.image`);
      const byImage = groupBy(placed, ({ person }) => person.image);
      const images: LabelledImage[] = [];
      const concurrency = availableProcessors() * 2;
      const read = mapInOrder(
        [...byImage],
        { concurrency },
        async ([image, own]): Promise<LabelledImage> => {
          const imagePath = places.pathOf(image);
          const size = await readImageSize(imagePath, own[0]!.where);
          return {
            where: own[0]!.where,
            fileName: image,
            path: imagePath,
            size,
            ...(split === undefined ? {} : { split }),
            persons: own.map(({ person, where }) => toPerson(person, { where, size })),
          };
        },
      );
      for await (const image of read) images.push(image);
      const stem = nameOfFolder(file.replace(/\.json$/i, ''));
      const name = files.length > 1 ? stem : nameOfFolder(listing.root);
      sources.push(
        createLabelledSource({
          name,
          category: mpii16,
          strict,
          images,
          ...(skeleton && { skeleton }),
        }),
      );
      const side = split === undefined ? '' : ` for ${split}`;
      decisions.push(`${file}: ${persons.length} persons${side}, ${places.decision}`);
    }
    return { sources, decisions };
  },
};

function toPerson(
  { joints, joints_vis, center, scale }: Person,
  { where, size }: { readonly where: string; readonly size: Size | LimberError },
): LabelledPerson {
  const keypoints = joints.flatMap(([x, y], joint) => {
    const isLabelled = joints_vis === undefined ? x >= 0 && y >= 0 : joints_vis[joint]! > 0;
    return isLabelled ? [x - 1, y - 1, 2] : [0, 0, 0];
  });
  const isBoxKnown = center !== undefined && scale !== undefined && scale > 0;
  if (!isBoxKnown || size instanceof LimberError) return { where, keypoints };
  return { where, keypoints, bbox: boxOf(center, scale, size) };
}

/** MPII's scale is the height of the person in 200 pixels; HRNet moves the centre down by 15 pixels of that scale. */
const sidePerScalePx = 200;
const downPerScalePx = 15;

function boxOf([x, y]: readonly [number, number], scale: number, image: Size): Box {
  const half = (sidePerScalePx * scale) / 2;
  const [middleX, middleY] = [x - 1, y - 1 + downPerScalePx * scale];
  return clipBox([middleX - half, middleY - half, 2 * half, 2 * half], image);
}
