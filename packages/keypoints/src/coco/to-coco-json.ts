import type { CocoAnnotation, CocoDataset, CocoImage } from './coco-dataset.ts';
import { createMachineLabelCounter } from './machine-label.ts';

/**
 * The text of a COCO keypoint file: full form, one image or annotation a line, the same bytes for the same data. If
 * models made some of the labels, `info.machine_labels` at the end says how many persons each of them labelled.
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
  const machineLabels = createMachineLabelCounter();
  yield* lines(annotations, machineLabels.add);
  yield `],\n"categories":[\n${JSON.stringify(category)}]`;
  const machine_labels = machineLabels.counts();
  const hasSome = Object.keys(machine_labels).length > 0;
  yield hasSome ? `,\n"info":${JSON.stringify({ machine_labels })}}\n` : '}\n';
}

/** What is written of a dataset. */
interface WrittenDataset extends Pick<CocoDataset, 'category'> {
  readonly images: Iterable<CocoImage>;
  readonly annotations: Iterable<CocoAnnotation>;
}

const linesPerPart = 256;

function* lines<T extends CocoImage | CocoAnnotation>(
  items: Iterable<T>,
  onItem?: (item: T) => void,
): Generator<string, void, undefined> {
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
    onItem?.(item);
    part.push(`\n${JSON.stringify(item)}`);
    if (part.length === linesPerPart) yield join();
  }
  if (part.length > 0) yield join();
}
