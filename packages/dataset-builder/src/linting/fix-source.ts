import type { Box } from '@limber/keypoints';
import { areaOfBox, boxAroundJoints, clipBox, countLabelled } from '@limber/keypoints';
import type { Source, SourceAnnotation, SourceItem } from '../sources/source.ts';
import { findDuplicatePersons } from './find-duplicate-persons.ts';

/**
 * The same source with what can be mended without looking at it: joints outside their image are not labelled, boxes are cut
 * at its edge, boxes without size are put around the joints, a person that was labelled twice is there once, a person
 * with neither box nor joints is left out.
 */
export function fixSource(source: Source): Source {
  return {
    ...source,
    items: async function* (aim) {
      for await (const item of source.items(aim)) yield fixItem(item, source);
    },
  };
}

function fixItem(item: SourceItem, { skeleton }: Source): SourceItem {
  const twice = new Set(
    findDuplicatePersons(item.annotations, skeleton).map(({ person }) => person),
  );
  const annotations = item.annotations.flatMap((person, index) =>
    twice.has(index) ? [] : fixPerson(person, item),
  );
  return { ...item, annotations };
}

/** @returns none if nothing is left of the person. */
function fixPerson(person: SourceAnnotation, item: SourceItem): SourceAnnotation[] {
  const { width, height } = item;
  const keypoints = [...person.keypoints];
  for (let at = 0; at < keypoints.length; at += 3) {
    const [x, y] = [keypoints[at]!, keypoints[at + 1]!];
    const isInside = x >= -0.5 && y >= -0.5 && x <= width && y <= height;
    if (!isInside) keypoints.splice(at, 3, 0, 0, 0);
  }
  const num_keypoints = countLabelled(keypoints);
  const cut = cutBox(person.bbox, item);
  const isEmpty = cut[2] < 1 || cut[3] < 1;
  if (isEmpty && num_keypoints === 0) return [];
  const bbox = isEmpty ? boxAroundJoints(keypoints, item) : cut;
  const isChanged = bbox.some((side, at) => side !== person.bbox[at]);
  const area = isChanged && person.area_source === 'bbox' ? areaOfBox(bbox) : person.area;
  return [{ ...person, keypoints, num_keypoints, bbox, area }];
}

/** A box that is inside stays as it is, to the last digit. */
function cutBox(box: Box, image: SourceItem): Box {
  const [x, y, width, height] = box;
  const isInside = x >= 0 && y >= 0 && x + width <= image.width && y + height <= image.height;
  return isInside ? box : clipBox(box, image);
}
