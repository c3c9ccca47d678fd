import { availableProcessors, mapInOrder } from '@limber/files';
import type { Box } from '@limber/keypoints';
import { join, normalize, posix } from 'node:path';
import { z } from 'zod';
import type { Format } from './format.ts';
import { filesWith, nameOfFolder } from './format.ts';
import type { Mark, MarkedBox } from './gather-persons.ts';
import { gatherPersons } from './gather-persons.ts';
import { orderJoints } from './joint-names.ts';
import type { LabelledImage } from './labelled-images.ts';
import { createLabelledSource } from './labelled-images.ts';
import { candidates } from './listing.ts';
import { locateImages } from './locate-images.ts';
import { readJsonOf } from './read-annotation-file.ts';

const number = z.number('expected a number');
const schema = z.object(
  {
    shapes: z.array(
      z.object(
        {
          label: z.string('expected a name').min(1, 'expected a name'),
          points: z
            .array(z.tuple([number, number], 'expected [x, y]'), 'expected a list of [x, y]')
            .min(1, 'expected a point'),
          group_id: z.union([z.number(), z.string()], 'expected a number or a text').nullish(),
          shape_type: z.string('expected a kind of shape').default('polygon'),
          flags: z.record(z.string(), z.unknown(), 'expected flags').nullish(),
        },
        'expected a shape',
      ),
      'expected a list of shapes',
    ),
    imagePath: z.string('expected the name of the image').min(1, 'expected the name of the image'),
    imageWidth: z
      .number('expected a number of pixels')
      .int('expected a number of pixels')
      .positive('expected a number of pixels'),
    imageHeight: z
      .number('expected a number of pixels')
      .int('expected a number of pixels')
      .positive('expected a number of pixels'),
  },
  'expected an object',
);

type LabelMeFile = z.infer<typeof schema>;

/**
 * LabelMe: one JSON file an image. Points are joints, named by their labels; rectangles are the boxes of persons; what
 * shares a `group_id` is one person's. The flag `occluded` or `hidden` means labelled but not visible.
 */
export const labelMe: Format = {
  title: 'LabelMe',
  looksLike: 'JSON files with shapes and imagePath, one an image',
  find: (listing) =>
    filesWith(
      listing,
      candidates(listing, '.json'),
      ({ type, keys }) => type === 'object' && (keys.has('shapes') || keys.has('imagePath')),
    ),
  async open(files, { listing, images: folder, options }) {
    const { skeleton, strict = false, split } = options;
    const read: { readonly file: string; readonly content: LabelMeFile }[] = [];
    const concurrency = availableProcessors() * 2;
    const contents = mapInOrder(files, { concurrency }, async (file) => ({
      file,
      content: await readJsonOf(listing.pathOf(file), schema),
    }));
    for await (const one of contents) read.push(one);
    const shapes = read.flatMap(({ content }) => content.shapes);
    const points = shapes.filter((shape) => shape.shape_type === 'point');
    const name = shapes.find((shape) => shape.shape_type === 'rectangle')?.label ?? 'person';
    const names = new Set(points.map(({ label }) => label));
    const { category, derivations } = orderJoints(names, { name, skeleton });
    const nameOf = ({ file, content }: (typeof read)[number]): string =>
      normalize(posix.join(posix.dirname(file), content.imagePath.replaceAll('\\', '/')));
    const places = locateImages(folder, { names: read.map(nameOf), file: files[0]!, hint: '' });
    const images = read.map((one): LabelledImage => {
      const where = listing.pathOf(one.file);
      const { imageWidth: width, imageHeight: height } = one.content;
      const fileName = withoutParents(nameOf(one));
      return {
        where,
        fileName,
        path: places.pathOf(fileName),
        size: { width, height },
        ...(split === undefined ? {} : { split }),
        persons: gatherPersons(
          { ...marksOf(one.content, where), image: where },
          category.keypoints,
        ),
      };
    });
    const others = shapes.length - points.length - shapes.filter(isRectangle).length;
    const source = createLabelledSource({
      name: nameOfFolder(listing.root),
      category,
      derivations,
      strict,
      images,
      ...(skeleton && { skeleton }),
    });
    const left =
      others > 0 ? [`${others} shapes that are no points or rectangles are left out`] : [];
    return { sources: [source], decisions: [`${files.length} files, ${places.decision}`, ...left] };
  },
};

/** Paths never lead out of the folder. */
function withoutParents(name: string): string {
  return join('/', name).slice(1).replaceAll('\\', '/');
}

function isRectangle({ shape_type }: LabelMeFile['shapes'][number]): boolean {
  return shape_type === 'rectangle';
}

function marksOf({ shapes }: LabelMeFile, file: string): { marks: Mark[]; boxes: MarkedBox[] } {
  const marks: Mark[] = [];
  const boxes: MarkedBox[] = [];
  for (const [index, { label, points, group_id, shape_type, flags }] of shapes.entries()) {
    const where = `${file}: shapes[${index}]`;
    const person = group_id === undefined || group_id === null ? null : String(group_id);
    if (shape_type === 'point') {
      const [x, y] = points[0]!;
      const isHidden = ['occluded', 'hidden'].some((flag) => flags?.[flag] === true);
      marks.push({ where, joint: label, x, y, visibility: isHidden ? 1 : 2, person });
    } else if (shape_type === 'rectangle') {
      boxes.push({ where, box: boxAround(points), person });
    }
  }
  return { marks, boxes };
}

function boxAround(points: readonly (readonly [number, number])[]): Box {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}
