import { LimberError } from '@limber/files';
import type { CocoAnnotation, CocoFile, CocoFileImage } from './coco-dataset.ts';
import type { FileIds } from './id-numbers.ts';
import { countIds } from './id-numbers.ts';

/**
 * Numbers the images, annotations or categories of a file from 1, if any of their ids is a text, and keeps that in
 * `source_id`.
 *
 * @throws {LimberError} `invalid-annotations` for an annotation of an image that the file does not have.
 */
export function numberTexts(file: CocoFile, ids: FileIds, name: string): CocoFile {
  const { images, annotations, categories } = file;
  const imageNumbers = ids.images.hasTexts ? countIds(images) : null;
  const annotationNumbers = ids.annotations.hasTexts ? countIds(annotations) : null;
  const categoryNumbers = ids.categories.hasTexts ? countIds(categories) : null;
  if (imageNumbers === null && annotationNumbers === null && categoryNumbers === null) return file;
  return {
    ...file,
    images:
      imageNumbers === null
        ? images
        : images.map((image): CocoFileImage => ({
            ...image,
            id: imageNumbers.get(image.id)!,
            source_id: ids.images.sourceOf(image.id),
          })),
    annotations: annotations.map((annotation, index): CocoAnnotation => {
      const { id, image_id, category_id } = annotation;
      const source = ids.annotations.sourceOf(id);
      const where = `${name}: annotations[${file.places?.[index] ?? index}] (id ${source})`;
      return {
        ...annotation,
        image_id: numberIn(imageNumbers, image_id, () => ({
          where: `${where}.image_id`,
          what: 'no such image',
          expected: 'the id of one of "images"',
          got: `${ids.images.sourceOf(image_id)}`,
        })),
        category_id: numberIn(categoryNumbers, category_id, () => ({
          where: `${where}.category_id`,
          what: 'no such category',
          expected: 'the id of one of "categories" with keypoints',
          got: `${ids.categories.sourceOf(category_id)}`,
        })),
        ...(annotationNumbers === null
          ? {}
          : { id: annotationNumbers.get(id)!, source_id: source }),
      };
    }),
    categories: categories.map((category) => ({
      ...category,
      id: categoryNumbers?.get(category.id) ?? category.id,
    })),
  };
}

function numberIn(
  numbers: ReadonlyMap<number, number> | null,
  id: number,
  problem: () => ConstructorParameters<typeof LimberError>[1],
): number {
  const number = numbers === null ? id : numbers.get(id);
  if (number === undefined) throw new LimberError('invalid-annotations', problem());
  return number;
}
