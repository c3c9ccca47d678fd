import type { CocoAnnotation, CocoDataset, CocoImage } from './coco-dataset.ts';

/**
 * The text of a COCO keypoint file: full form, one image or annotation a line, the same bytes for the same data.
 *
 * @param dataset - its category is written with limbs counted from 1, and with its sigmas.
 */
export function toCocoJson(
  dataset: Pick<CocoDataset, 'images' | 'annotations' | 'category'>,
): string {
  const { images, annotations, category } = dataset;
  const lines = (items: readonly (CocoImage | CocoAnnotation)[]): string =>
    items.map((item) => `\n${JSON.stringify(item)}`).join(',');
  return `{"images":[${lines(images)}],\n"annotations":[${lines(annotations)}],\n"categories":[\n${JSON.stringify(category)}]}\n`;
}
