import type { CocoAnnotation, CocoDataset, CocoImage } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { clipBox } from '@limber/keypoints';
import type { LeftOut } from '../shards/shard-index.ts';

/** An image and the persons in it that can be learned from; at least one. */
export interface ImagePersons {
  readonly image: CocoImage;
  readonly persons: readonly CocoAnnotation[];
}

/**
 * Chooses the persons that become rows, as MMPose does: not a crowd, at least one labelled joint, and a box
 * with area inside the image.
 *
 * @param file - named in errors.
 * @returns in the order of the file's images, then of its annotations.
 * @throws {LimberError} `invalid-annotations` if no person is left.
 */
export function selectPersons(
  dataset: CocoDataset,
  file: string,
): { images: ImagePersons[]; leftOut: LeftOut } {
  const leftOut = { crowd: 0, unlabelled: 0, outside: 0 };
  const imageOf = new Map(dataset.images.map((image) => [image.id, image]));
  const personsOf = new Map<number, CocoAnnotation[]>();
  for (const annotation of dataset.annotations) {
    const reason = reasonToLeaveOut(annotation, imageOf.get(annotation.image_id)!);
    if (reason !== undefined) {
      leftOut[reason]++;
      continue;
    }
    const persons = personsOf.get(annotation.image_id);
    if (persons === undefined) personsOf.set(annotation.image_id, [annotation]);
    else persons.push(annotation);
  }
  const images = dataset.images.flatMap((image) => {
    const persons = personsOf.get(image.id);
    return persons === undefined ? [] : [{ image, persons }];
  });
  if (images.length > 0) return { images, leftOut };
  const { crowd, unlabelled, outside } = leftOut;
  throw new LimberError('invalid-annotations', {
    where: `${file}: annotations`,
    what: 'nobody to learn from',
    expected: 'at least one person with a labelled joint and a box inside the image',
    got: `${crowd} crowds, ${unlabelled} without labelled joints, ${outside} with a box outside`,
  });
}

function reasonToLeaveOut(annotation: CocoAnnotation, image: CocoImage): keyof LeftOut | undefined {
  if (annotation.iscrowd === 1) return 'crowd';
  if (annotation.num_keypoints === 0) return 'unlabelled';
  const [, , width, height] = clipBox(annotation.bbox, image);
  return width > 0 && height > 0 ? undefined : 'outside';
}
