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
interface WrittenDataset extends Pick<CocoDataset, 'category'> {
  readonly images: Iterable<CocoImage>;
  readonly annotations: Iterable<CocoAnnotation>;
}

const linesPerPart = 256;

function* lines(items: Iterable<CocoImage | CocoAnnotation>): Generator<string, void, undefined> {
  let part: string[] = [];
  let isFirst = true;
  const join = (): string => {
    const text = part.join(',');
    part = [];
    const separator = isFirst ? '' : ',';
    isFirst = false;
    return `${separator}${text}`;
  };
  for (const item of items) {
    part.push(`\n${JSON.stringify(item)}`);
    if (part.length === linesPerPart) yield join();
  }
  if (part.length > 0) yield join();
}
