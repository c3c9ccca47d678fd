import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { cannotBeRead, LimberError } from '@limber/files';
import type { Box } from '@limber/keypoints';
import { z } from 'zod';
import type { ImageFile } from './image-files.ts';

const side = z.number().positive();
/** What is read of a COCO file: it need not have keypoints. */
const boxesSchema = z.looseObject({
  images: z.array(z.looseObject({ id: z.number().int(), file_name: z.string() })),
  annotations: z.array(
    z.looseObject({
      image_id: z.number().int(),
      bbox: z.tuple([z.number(), z.number(), side, side]),
      iscrowd: z.number().optional(),
    }),
  ),
});

/** The boxes of a file, by image. */
export interface KnownBoxes {
  /** By file name. */
  readonly imageIds: ReadonlyMap<string, number>;
  /** @throws {LimberError} `invalid-argument` for an image that the file does not know. */
  boxesOf(image: ImageFile): readonly Box[];
}

/**
 * Reads where persons are from a COCO file: `images` with their names, `annotations` with their
 * boxes in imagePx. Crowds are left out.
 *
 * @throws {LimberError} `missing-file`; `invalid-annotations` naming the field.
 */
export async function readBoxes(file: string): Promise<KnownBoxes> {
  const { images, annotations } = parse(await read(file), file);
  const boxes = new Map<number, Box[]>(images.map(({ id }) => [id, []]));
  for (const { image_id, bbox, iscrowd } of annotations) {
    if (iscrowd !== 1) boxes.get(image_id)?.push(bbox);
  }
  const imageIds = new Map(images.map(({ id, file_name }) => [file_name, id]));
  for (const { id, file_name } of images) {
    const name = basename(file_name);
    if (!imageIds.has(name)) imageIds.set(name, id);
  }
  return {
    imageIds,
    boxesOf: ({ name, path }) => {
      const id = imageIds.get(name) ?? imageIds.get(basename(name));
      if (id !== undefined) return boxes.get(id)!;
      const what = `${file} has no image of this name`;
      const fix = 'Leave the image out, or --boxes, so that a detector finds the persons.';
      throw new LimberError('invalid-argument', { where: path, what, fix });
    },
  };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw cannotBeRead(file, cause);
  }
}

function parse(text: string, file: string): z.infer<typeof boxesSchema> {
  try {
    return boxesSchema.parse(JSON.parse(text));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    throw new LimberError(
      'invalid-annotations',
      {
        where: issue === undefined ? file : `${file}: ${z.core.toDotPath(issue.path)}`,
        what: 'not a COCO file with images and boxes',
        got: issue?.message ?? (cause as Error).message,
      },
      { cause },
    );
  }
}
