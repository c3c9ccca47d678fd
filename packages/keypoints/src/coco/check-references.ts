import { LimberError } from '@limber/files';
import type { CocoJson } from './coco-schema.ts';

/**
 * Checks what a schema cannot: ids are distinct, references exist, every annotation has 3 K numbers.
 *
 * @throws {LimberError} `invalid-annotations` at the first fault, naming file, id and field.
 */
export function checkReferences(
  json: CocoJson,
  category: { readonly id: number; readonly name: string; readonly keypoints: readonly string[] },
  file: string,
): void {
  const imageIds = distinctIds(json.images, `${file}: images`);
  distinctIds(json.annotations, `${file}: annotations`);
  const joints = category.keypoints.length;
  const numbers = joints * 3;
  for (const [index, annotation] of json.annotations.entries()) {
    const where = `${file}: annotations[${index}] (id ${annotation.id})`;
    if (!imageIds.has(annotation.image_id)) {
      throw new LimberError('invalid-annotations', {
        where: `${where}.image_id`,
        what: 'no such image',
        expected: 'the id of one of "images"',
        got: `${annotation.image_id}`,
      });
    }
    if (annotation.category_id !== category.id) {
      throw new LimberError('invalid-annotations', {
        where: `${where}.category_id`,
        what: 'no such category',
        expected: `${category.id} ("${category.name}")`,
        got: `${annotation.category_id}`,
      });
    }
    const { keypoints } = annotation;
    if (keypoints.length !== numbers) {
      throw new LimberError('invalid-annotations', {
        where: `${where}.keypoints`,
        what: 'wrong length',
        expected: `${numbers} numbers (${joints} x [x, y, v])`,
        got: `${keypoints.length}`,
        fix: 'Is this another skeleton? List its joints in categories[].keypoints.',
      });
    }
    const joint = keypoints.findIndex((value, at) => at % 3 === 2 && ![0, 1, 2].includes(value));
    if (joint >= 0) {
      throw new LimberError('invalid-annotations', {
        where: `${where}.keypoints[${joint}]`,
        what: `not a visibility (${category.keypoints[(joint - 2) / 3]})`,
        expected: '0 not labelled, 1 hidden or 2 visible',
        got: `${keypoints[joint]}`,
      });
    }
  }
}

function distinctIds(items: readonly { readonly id: number }[], where: string): Set<number> {
  const ids = new Set<number>();
  for (const [index, { id }] of items.entries()) {
    if (ids.has(id)) {
      throw new LimberError('invalid-annotations', {
        where: `${where}[${index}].id`,
        what: 'an id twice',
        expected: 'distinct ids',
        got: `${id}`,
      });
    }
    ids.add(id);
  }
  return ids;
}
