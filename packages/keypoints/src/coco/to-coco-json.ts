import type { CocoAnnotation, CocoDataset, CocoImage } from './coco-dataset.ts';

/**
 * The text of a COCO keypoint file: full form, one image or annotation a line, the same bytes for the same data.
 *
 * @param dataset - its category is written with limbs counted from 1, and with its sigmas.
 */
export function toCocoJson(dataset: WrittenDataset): string {
  return [...cocoJsonParts(dataset)].join('');
}

/** The text of {@link toCocoJson} in parts, for files that are longer than a string can be. */
export function* cocoJsonParts(dataset: WrittenDataset): Generator<string, void, undefined> {
  const { images, annotations, category } = dataset;
  yield '{"images":[';
  yield* lines(images);
  yield '],\n"annotations":[';
  yield* lines(annotations);
  yield `],\n"categories":[\n${JSON.stringify(category)}]}\n`;
}

/** What is written of a dataset. */
type WrittenDataset = Pick<CocoDataset, 'images' | 'annotations' | 'category'>;

const linesPerPart = 256;

function* lines(
  items: readonly (CocoImage | CocoAnnotation)[],
): Generator<string, void, undefined> {
  for (let start = 0; start < items.length; start += linesPerPart) {
    const part = items.slice(start, start + linesPerPart);
    const text = part.map((item) => `\n${JSON.stringify(item)}`).join(',');
    yield start === 0 ? text : `,${text}`;
  }
}
