import type { Box, Size } from '../geometry/box.ts';
import type { Skeleton } from '../skeletons/skeleton.ts';
import type { CocoAnnotation, CocoDataset, CocoFile, Finding } from './coco-dataset.ts';
import { areaPerBoxArea, countLabelled, isWithoutArea } from './field-rules.ts';

/** Finds labelled points and boxes outside their image, boxes and persons without size, and counts that disagree. */
export function findOutside(
  dataset: Pick<CocoDataset, 'images' | 'annotations'> & Pick<CocoFile, 'places'>,
  skeleton: Skeleton,
): Finding[] {
  const images = new Map(dataset.images.map((image) => [image.id, image]));
  const persons = new Map<number, number>();
  return dataset.annotations.flatMap((annotation, index) => {
    const image = images.get(annotation.image_id)!;
    const person = persons.get(annotation.image_id) ?? 0;
    persons.set(annotation.image_id, person + 1);
    const { id, source_id = id } = annotation;
    // put together only for a finding: there are many annotations
    const where = (): string =>
      `annotations[${dataset.places?.[index] ?? index}] (id ${source_id})`;
    const size = (): string =>
      `"${image.file_name}" is ${image.width} wide and ${image.height} high`;
    const found: Finding[] = [
      ...pointsOutside(annotation.keypoints, image, skeleton).map(({ joint, x, y }): Finding => ({
        kind: 'point-outside-image',
        where: `${where()}.keypoints[${joint * 3}] (${skeleton.keypoints[joint]})`,
        message: `(${x}, ${y}) is outside the image: ${size()}`,
      })),
      ...boxOutside(annotation.bbox, image).map((box): Finding => ({
        kind: 'box-outside-image',
        where: `${where()}.bbox`,
        message: `[${box.join(', ')}] reaches outside the image: ${size()}`,
      })),
      ...emptyBox(annotation.bbox).map((box): Finding => ({
        kind: 'empty-box',
        where: `${where()}.bbox`,
        message: `[${box.join(', ')}] has no size: nothing can be cut out by it`,
      })),
      ...(isWithoutArea(annotation) ? [noArea(where())] : []),
      ...countDisagrees(annotation).map((counted): Finding => ({
        kind: 'count-disagrees',
        where: `${where()}.num_keypoints`,
        message: `says ${annotation.num_keypoints}, but ${counted} joints have v > 0: ${counted} is taken`,
      })),
    ];
    return found.map((finding) => ({ ...finding, image: image.file_name, person }));
  });
}

/**
 * An image reaches from -0.5, the edge of its first pixel, to its width: some tools count pixel centres from 0, others
 * edges.
 */
function pointsOutside(
  keypoints: readonly number[],
  { width, height }: Size,
  skeleton: Skeleton,
): { joint: number; x: number; y: number }[] {
  const outside: { joint: number; x: number; y: number }[] = [];
  for (let joint = 0; joint < skeleton.keypoints.length; joint++) {
    if (!(keypoints[joint * 3 + 2]! > 0)) continue;
    const x = keypoints[joint * 3]!;
    const y = keypoints[joint * 3 + 1]!;
    const isInside = x >= -0.5 && y >= -0.5 && x <= width && y <= height;
    if (!isInside) outside.push({ joint, x, y });
  }
  return outside;
}

/** Boxes are rounded by many tools, so half a pixel over the edge is not a fault. */
const boxTolerancePx = 0.5;

function boxOutside(box: Box, { width, height }: Size): Box[] {
  const [x, y, boxWidth, boxHeight] = box;
  const isInside =
    x >= -boxTolerancePx &&
    y >= -boxTolerancePx &&
    x + boxWidth <= width + boxTolerancePx &&
    y + boxHeight <= height + boxTolerancePx;
  return isInside ? [] : [box];
}

function emptyBox(box: Box): Box[] {
  return box[2] > 0 && box[3] > 0 ? [] : [box];
}

function noArea(where: string): Finding {
  return {
    kind: 'no-area',
    where: `${where}.area`,
    message: `says 0 square pixels, so that no detection is near enough: ${areaPerBoxArea} of the box is taken`,
  };
}

function countDisagrees({ keypoints, num_keypoints }: CocoAnnotation): number[] {
  const counted = countLabelled(keypoints);
  return num_keypoints === counted ? [] : [counted];
}
