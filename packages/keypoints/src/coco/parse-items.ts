import type { Box } from '../geometry/box.ts';
import type { CocoAnnotation, CocoFileImage } from './coco-dataset.ts';
import { areaOfBox, countLabelled } from './field-rules.ts';
import type { FileIds, IdNumbers, SourceId } from './id-numbers.ts';
import type { Fields, JsonPlace } from './json-fields.ts';
import { idAt, integerAt, numberAt, numbersAt, objectAt, unexpected } from './json-fields.ts';
import { parseMachineLabel } from './machine-label.ts';

/** How the ids of one file are read, and what else is read of its images. */
export interface ItemReading {
  /** Ids may be texts, and images must be complete: what a training set needs. */
  readonly ids?: FileIds;
  /** The field of an image that names its group. */
  readonly groupField: string;
}

/** An annotation, complete but for what is only known once the whole file is read. */
export type ReadAnnotation = Omit<CocoAnnotation, 'bbox' | 'keypoints'> & {
  /** null: the file gives none. */
  readonly keypoints: readonly number[] | null;
  readonly bbox: Box | null;
};

/** One item of `images`. */
export function parseImage(
  item: unknown,
  unnamed: JsonPlace,
  { ids, groupField }: ItemReading,
): CocoFileImage {
  const fields = objectAt(item, unnamed);
  const { file_name, width, height, source_id, sha256 } = fields;
  const id =
    ids === undefined
      ? integerAt(fields, 'id', unnamed)
      : idAt(fields, 'id', { place: unnamed, ids: ids.images });
  const group = fields[groupField];
  if (ids !== undefined) checkComplete(fields, { ...unnamed, id: ids.images.sourceOf(id) });
  // not by spreading: of a million items that takes a second
  const image: Growing<CocoFileImage> = { id };
  if (typeof file_name === 'string') image.file_name = file_name;
  if (typeof width === 'number') image.width = width;
  if (typeof height === 'number') image.height = height;
  if (typeof group === 'string' || typeof group === 'number') image.group = `${group}`;
  if (isSourceId(source_id)) image.source_id = source_id;
  if (typeof sha256 === 'string') image.sha256 = sha256;
  return image;
}

type Growing<T> = { -readonly [Field in keyof T]: T[Field] };

function checkComplete(fields: Fields, place: JsonPlace): void {
  const { file_name } = fields;
  if (typeof file_name !== 'string' || file_name === '') {
    const field = { ...place, field: 'file_name' };
    throw unexpected(field, 'the name of a file', { value: file_name, fields });
  }
  for (const name of ['width', 'height'] as const) {
    const value = fields[name];
    if (Number.isInteger(value) && (value as number) > 0) continue;
    throw unexpected({ ...place, field: name }, 'an integer > 0', { value, fields });
  }
}

/** One item of `annotations`; `keypoints` and `bbox` may be missing. */
export function parseAnnotation(
  item: unknown,
  unnamed: JsonPlace,
  { ids }: ItemReading,
): ReadAnnotation {
  const fields = objectAt(item, unnamed);
  const idOf = (field: string, own: IdNumbers | undefined, place: JsonPlace): number =>
    own === undefined ? integerAt(fields, field, place) : idAt(fields, field, { place, ids: own });
  const id = idOf('id', ids?.annotations, unnamed);
  const { file, list, index } = unnamed;
  const place = { file, list, index, id: ids?.annotations.sourceOf(id) ?? id } as JsonPlace;
  const { iscrowd = 0, area_source, source_id, machine_label } = fields;
  if (iscrowd !== 0 && iscrowd !== 1 && typeof iscrowd !== 'boolean') {
    throw unexpected({ ...place, field: 'iscrowd' }, '0 or 1', { value: iscrowd });
  }
  const keypoints = hasNone(fields['keypoints']) ? null : numbersAt(fields, 'keypoints', place);
  const labelled = keypoints === null ? 0 : countLabelled(keypoints);
  const isBoxGiven = fields['bbox'] !== undefined || (keypoints !== null && labelled === 0);
  const bbox = isBoxGiven ? parseBox(fields, place) : null;
  const area = numberAt(fields, 'area', place);
  const annotation: Growing<Omit<ReadAnnotation, 'iscrowd'> & Partial<ReadAnnotation>> = {
    id,
    image_id: idOf('image_id', ids?.images, place),
    category_id: idOf('category_id', ids?.categories, place),
    keypoints,
    num_keypoints: numberAt(fields, 'num_keypoints', place) ?? labelled,
    bbox,
    area: area ?? (bbox === null ? Number.NaN : areaOfBox(bbox)),
  };
  if (area === undefined || area_source === 'bbox') annotation.area_source = 'bbox';
  annotation.iscrowd = iscrowd === 1 || iscrowd === true ? 1 : 0;
  if (isSourceId(source_id)) annotation.source_id = source_id;
  if (machine_label !== undefined) {
    annotation.machine_label = parseMachineLabel(machine_label, place, keypoints);
  }
  return annotation as ReadAnnotation;
}

/** Some tools write an empty list for things without joints. */
function hasNone(keypoints: unknown): boolean {
  return keypoints === undefined || (Array.isArray(keypoints) && keypoints.length === 0);
}

function parseBox(fields: Fields, place: JsonPlace): Box {
  const [x, y, width, height] = numbersAt(fields, 'bbox', place);
  return [x!, y!, width!, height!];
}

function isSourceId(value: unknown): value is SourceId {
  return typeof value === 'string' || typeof value === 'number';
}
