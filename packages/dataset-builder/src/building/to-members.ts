import type {
  CocoAnnotation,
  CocoCategory,
  CocoImage,
  MachineLabelCounts,
} from '@limber/keypoints';
import { createMachineLabelCounter } from '@limber/keypoints';
import type { WrittenMember } from '../writing/dataset-writer.ts';
import type { Ids } from './assign-ids.ts';
import type { SplitSummary } from './build-summary.ts';
import type { GroupedItem } from './group-items.ts';

/** Images of a split with their persons as they are written: each is made when it is asked for. */
export function toMembers(
  items: readonly GroupedItem[],
  ids: Ids,
  { id: category_id }: Pick<CocoCategory, 'id'>,
): Iterable<WrittenMember> {
  return {
    *[Symbol.iterator]() {
      for (const grouped of items) yield toMember(grouped, ids, category_id);
    },
  };
}

function toMember(grouped: GroupedItem, ids: Ids, category_id: number): WrittenMember {
  // each is made when it is asked for: a file has first all images, then all persons
  return {
    get image() {
      return toImage(grouped, ids);
    },
    get annotations() {
      return toAnnotations(grouped.stored, ids, category_id);
    },
  };
}

function toImage({ stored, group }: GroupedItem, { imageIdOf }: Ids): CocoImage {
  const { item, storedName, image } = stored;
  const { width, height } = item;
  const { id, source_id } = imageIdOf(item);
  return {
    id,
    file_name: storedName,
    width,
    height,
    ...(group === undefined ? {} : { group }),
    ...(source_id === undefined ? {} : { source_id }),
    ...(image === undefined ? {} : { sha256: image.sha256 }),
  };
}

function toAnnotations(
  { item }: GroupedItem['stored'],
  { imageIdOf, annotationIdOf }: Ids,
  category_id: number,
): CocoAnnotation[] {
  const { id: image_id } = imageIdOf(item);
  return item.annotations.map((annotation): CocoAnnotation => {
    const { keypoints, num_keypoints, bbox, area, area_source, iscrowd, machine_label } =
      annotation;
    const { id, source_id: origin } = annotationIdOf(annotation);
    return {
      id,
      image_id,
      category_id,
      keypoints,
      num_keypoints,
      bbox,
      area,
      ...(area_source === undefined ? {} : { area_source }),
      iscrowd,
      ...(origin === undefined ? {} : { source_id: origin }),
      ...(machine_label === undefined ? {} : { machine_label }),
    };
  });
}

/** The persons by the model that labelled them; undefined if people labelled all of them. */
export function countMachineLabels(items: readonly GroupedItem[]): MachineLabelCounts | undefined {
  const counter = createMachineLabelCounter();
  for (const { stored } of items) stored.item.annotations.forEach(counter.add);
  const counts = counter.counts();
  return Object.keys(counts).length === 0 ? undefined : counts;
}

/** The joints of all persons by their visibility. */
export function countJoints(items: readonly GroupedItem[]): SplitSummary['joints'] {
  const counts: [number, number, number] = [0, 0, 0];
  for (const { stored } of items) {
    for (const { keypoints } of stored.item.annotations) {
      for (let at = 2; at < keypoints.length; at += 3) counts[keypoints[at] as 0 | 1 | 2] += 1;
    }
  }
  const [notLabelled, hidden, visible] = counts;
  return { visible, hidden, notLabelled };
}
