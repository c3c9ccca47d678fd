import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import type { CocoAnnotation, CocoImage, Skeleton } from '@limber/keypoints';
import type { Html } from './html.ts';
import { poseFigure } from './pose-figure.ts';

/** A true person, and what was predicted for it. */
export interface ShownPerson {
  readonly annotationId: number;
  /** [K, 3] x (imagePx), y, score; empty where the person was not found. */
  readonly prediction: readonly number[];
  readonly caption: string;
}

/** Whose persons they are, and the folder of their images. */
export interface PersonSource {
  readonly skeleton: Skeleton;
  readonly annotations: readonly Pick<
    CocoAnnotation,
    'id' | 'source_id' | 'image_id' | 'bbox' | 'keypoints'
  >[];
  readonly images: readonly (Pick<CocoImage, 'id'> & Partial<CocoImage>)[];
  /** Without it, poses are drawn on grey. */
  readonly imageFolder: string | undefined;
}

/**
 * Draws persons of a dataset, each cut out of its image.
 *
 * @throws {LimberError} `missing-file` for an image that is not there, `invalid-image` for one that cannot be decoded.
 */
export function drawPersons(
  persons: readonly ShownPerson[],
  { skeleton, annotations, images, imageFolder }: PersonSource,
): Promise<Html[]> {
  const annotationOf = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  const imageOf = new Map(images.map((image) => [image.id, image]));
  return Promise.all(
    persons.map(({ annotationId, prediction, caption }) => {
      const { image_id, bbox: box, keypoints: truth } = annotationOf.get(annotationId)!;
      const { file_name, width = Infinity, height = Infinity } = imageOf.get(image_id) ?? {};
      const figure = { imageSize: { width, height }, box, truth, prediction, skeleton, caption };
      return imageFolder === undefined || file_name === undefined
        ? poseFigure(figure)
        : drawOver(join(imageFolder, file_name), (imageFile) =>
            poseFigure({ ...figure, image: imageFile }),
          );
    }),
  );
}

async function drawOver(
  imageFile: string,
  draw: (imageFile: string) => Promise<Html>,
): Promise<Html> {
  if (!existsSync(imageFile)) {
    const problem = { where: imageFile, what: 'no such file', expected: 'an image' };
    throw new LimberError('missing-file', problem);
  }
  try {
    return await draw(imageFile);
  } catch (cause) {
    const problem = { where: imageFile, what: 'cannot be drawn', got: String(cause) };
    throw new LimberError('invalid-image', problem, { cause });
  }
}
