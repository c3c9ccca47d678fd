import { LimberError } from '@limber/files';
import { areaOfBox, countLabelled } from '@limber/keypoints/core';
import type { GroundTruthFile, TruePerson } from './ground-truth.ts';
import type { JsonPlace } from './json-place.ts';
import { unexpected } from './json-place.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Takes from COCO keypoint JSON what an evaluation needs. Written out by hand since it runs over every number of a
 * file: a schema library takes as long as the whole evaluation.
 *
 * @param json - the parsed file.
 * @param file - named in every message.
 * @throws {LimberError} `invalid-annotations` at the first fault.
 */
export function parseGroundTruth(json: unknown, file: string): GroundTruthFile {
  if (Array.isArray(json)) throw listInsteadOfDataset(file);
  const fields = objectAt(json, { file });
  const images = listAt(fields, 'images', file).map((item, index) => imageAt(item, index, file));
  const rawPersons = listAt(fields, 'annotations', file);
  const annotations: TruePerson[] = [];
  const withoutArea: number[] = [];
  for (const [index, item] of rawPersons.entries()) {
    const person = personAt(item, index, file);
    if ((item as Fields)['area'] === undefined) withoutArea.push(person.id);
    annotations.push(person);
  }
  const usedIds = new Set(annotations.map(({ category_id }) => category_id));
  const categories = categoriesAt(fields, usedIds, file);
  const [category] = categories;
  const categoryIds = categories.map(({ id }) => id);
  return { images, annotations, category: category!, categoryIds, withoutArea };
}

function imageAt(item: unknown, index: number, file: string): GroundTruthFile['images'][number] {
  const place = { file, list: 'images', index };
  const fields = objectAt(item, place);
  const image: { id: number; file_name?: string; width?: number; height?: number } = {
    id: integerAt(fields, 'id', place),
  };
  const { file_name, width, height } = fields;
  if (typeof file_name === 'string') image.file_name = file_name;
  if (typeof width === 'number') image.width = width;
  if (typeof height === 'number') image.height = height;
  return image;
}

function personAt(item: unknown, index: number, file: string): TruePerson {
  const unnamed = { file, list: 'annotations', index };
  const fields = objectAt(item, unnamed);
  const id = integerAt(fields, 'id', unnamed);
  const place = { file, list: 'annotations', index, id };
  const keypoints = numbersAt(fields, 'keypoints', place, 'a list of numbers, x, y, v a joint');
  const expectedBox = '4 numbers: x, y, width, height';
  const box = numbersAt(fields, 'bbox', place, expectedBox);
  if (box.length !== 4) throw unexpected(below(place, 'bbox'), expectedBox, box);
  const [x, y, width, height] = box;
  const bbox = [x!, y!, width!, height!] as const;
  const { iscrowd = 0 } = fields;
  if (iscrowd !== 0 && iscrowd !== 1 && typeof iscrowd !== 'boolean') {
    throw unexpected(below(place, 'iscrowd'), '0 or 1', iscrowd);
  }
  return {
    id,
    image_id: integerAt(fields, 'image_id', place),
    category_id: integerAt(fields, 'category_id', place),
    keypoints,
    num_keypoints: numberAt(fields, 'num_keypoints', place) ?? countLabelled(keypoints),
    bbox,
    area: numberAt(fields, 'area', place) ?? areaOfBox * bbox[2] * bbox[3],
    iscrowd: iscrowd === 1 || iscrowd === true ? 1 : 0,
  };
}

/** The categories with joints. One without an id has the only one in use, or else its place counted from 1. */
function categoriesAt(
  fields: Fields,
  usedIds: ReadonlySet<number>,
  file: string,
): GroundTruthFile['category'][] {
  const list = listAt(fields, 'categories', file);
  const onlyId = list.length === 1 && usedIds.size === 1 ? [...usedIds][0] : undefined;
  const categories = list.flatMap((item, index) => {
    const place = { file, list: 'categories', index };
    const raw = objectAt(item, place);
    const id = raw['id'] === undefined ? (onlyId ?? index + 1) : integerAt(raw, 'id', place);
    if (raw['keypoints'] === undefined && !usedIds.has(id)) return [];
    return [{ ...categoryAt(raw, place), id }];
  });
  const [first] = categories;
  if (first === undefined) {
    const expected = 'a category with the names of its joints: "keypoints": ["nose", …]';
    throw unexpected({ file, list: 'categories' }, expected, list);
  }
  const other = categories.find(({ keypoints }) => keypoints.length !== first.keypoints.length);
  if (other === undefined) return categories;
  throw new LimberError('invalid-annotations', {
    where: `${file}: categories`,
    what: 'categories with different numbers of joints',
    expected: `${first.keypoints.length} joints, as "${first.name}" has`,
    got: `${other.keypoints.length} in "${other.name}"`,
    fix: 'Split the file by category.',
  });
}

function categoryAt(fields: Fields, place: JsonPlace): Omit<GroundTruthFile['category'], 'id'> {
  const { name = 'thing', keypoints, sigmas, skeleton } = fields;
  const isNames =
    Array.isArray(keypoints) &&
    keypoints.length > 0 &&
    keypoints.every((joint) => typeof joint === 'string');
  if (!isNames) {
    throw unexpected(below(place, 'keypoints'), 'the names of its joints: ["nose", …]', keypoints);
  }
  return {
    name: String(name),
    keypoints: keypoints as string[],
    ...(sigmas === undefined
      ? {}
      : { sigmas: numbersAt(fields, 'sigmas', place, 'a number for each joint') }),
    ...(isLinks(skeleton, keypoints.length) ? { skeleton } : {}),
  };
}

/** Limbs only matter to drawings, so wrong ones are left out. */
function isLinks(value: unknown, joints: number): value is [number, number][] {
  const isJoint = (end: unknown): boolean =>
    Number.isInteger(end) && Number(end) >= 1 && Number(end) <= joints;
  return (
    Array.isArray(value) &&
    value.every((link) => Array.isArray(link) && link.length === 2 && link.every(isJoint))
  );
}

function objectAt(value: unknown, place: JsonPlace): Fields {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw unexpected(place, 'an object', value);
}

function listAt(fields: Fields, name: string, file: string): readonly unknown[] {
  const value = fields[name];
  if (Array.isArray(value)) return value;
  throw unexpected({ file, list: name }, 'a list', value);
}

function integerAt(fields: Fields, name: string, place: JsonPlace): number {
  const value = fields[name];
  if (Number.isSafeInteger(value)) return value as number;
  throw unexpected(below(place, name), 'an integer', value);
}

function numberAt(fields: Fields, name: string, place: JsonPlace): number | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'number') return value;
  throw unexpected(below(place, name), 'a number', value);
}

function numbersAt(fields: Fields, name: string, place: JsonPlace, expected: string): number[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw unexpected(below(place, name), expected, value);
  for (let index = 0; index < value.length; index++) {
    if (typeof value[index] === 'number') continue;
    throw unexpected(below(place, `${name}[${index}]`), 'a number', value[index]);
  }
  return value as number[];
}

function below(place: JsonPlace, name: string): JsonPlace {
  return { ...place, field: name };
}

function listInsteadOfDataset(file: string): LimberError {
  return new LimberError('invalid-annotations', {
    where: file,
    what: 'not a dataset',
    expected: 'an object with "images", "annotations" and "categories"',
    got: 'a list',
    fix: 'Were the results given in the place of the dataset?',
  });
}
