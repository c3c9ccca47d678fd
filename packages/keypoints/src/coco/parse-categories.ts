import type { CocoFileCategory } from './coco-dataset.ts';
import type { IdNumbers } from './id-numbers.ts';
import type { Fields, JsonPlace } from './json-fields.ts';
import { idAt, integerAt, numbersAt, objectAt, unexpected } from './json-fields.ts';

/** The name of a category that has none. */
export const namelessCategory = 'thing';

/** What is known of a file when its categories are read. */
interface CategoryReading {
  readonly file: string;
  /** The `category_id`s of the annotations with joints. */
  readonly usedIds: ReadonlySet<number>;
  /** Where ids may be texts. */
  readonly ids?: IdNumbers;
}

/**
 * The categories with joints.
 *
 * @throws {LimberError} `invalid-annotations` if there is none, or one that is used has no joints.
 */
export function parseCategories(
  list: readonly unknown[],
  { usedIds, file, ids }: CategoryReading,
): CocoFileCategory[] {
  const onlyId = list.length === 1 && usedIds.size === 1 ? [...usedIds][0] : undefined;
  const categories = list.flatMap((item, index) => {
    const unnamed = { file, list: 'categories', index };
    const fields = objectAt(item, unnamed);
    const id = fields['id'] === undefined ? (onlyId ?? index + 1) : idOf(fields, unnamed, ids);
    const { keypoints } = fields;
    const hasNone = keypoints === undefined || (Array.isArray(keypoints) && keypoints.length === 0);
    if (hasNone && !usedIds.has(id)) return [];
    return [parseCategory(fields, { ...unnamed, id })];
  });
  if (categories.length > 0) return categories;
  const expected = 'a category with the names of its joints: "keypoints": ["nose", …]';
  throw unexpected({ file, list: 'categories' }, expected, { value: list });
}

function idOf(fields: Fields, place: JsonPlace, ids: IdNumbers | undefined): number {
  return ids === undefined ? integerAt(fields, 'id', place) : idAt(fields, 'id', { place, ids });
}

/**
 * One category, as it stands in a file.
 *
 * @throws {LimberError} `invalid-annotations` if a field is not of its kind.
 */
export function parseCategory(
  fields: Fields,
  place: JsonPlace & { readonly id: number },
): CocoFileCategory {
  const { name = namelessCategory, keypoints, sigmas, skeleton, pairs, groups } = fields;
  const { assumed_sigmas } = fields;
  if (!isNames(keypoints)) {
    const expected = 'the names of its joints: ["nose", …]';
    throw unexpected({ ...place, field: 'keypoints' }, expected, { value: keypoints, fields });
  }
  if (skeleton !== undefined && !isLinks(skeleton)) {
    const expected = 'limbs as pairs of joints, counted from 1: [[1, 2], …]';
    throw unexpected({ ...place, field: 'skeleton' }, expected, { value: skeleton });
  }
  if (pairs !== undefined && !isPairs(pairs)) {
    const expected = 'a list of pairs of names: [["left_hip", "right_hip"], …]';
    throw unexpected({ ...place, field: 'pairs' }, expected, { value: pairs });
  }
  if (groups !== undefined && !isGroups(groups)) {
    const expected = 'names of joints by group: {"face": ["nose", …], …}';
    throw unexpected({ ...place, field: 'groups' }, expected, { value: groups });
  }
  if (assumed_sigmas !== undefined && !isNames(assumed_sigmas)) {
    const field = 'assumed_sigmas';
    throw unexpected({ ...place, field }, 'a list of names', { value: assumed_sigmas });
  }
  return {
    id: place.id,
    name: String(name),
    keypoints,
    ...(skeleton === undefined ? {} : { skeleton }),
    ...(sigmas === undefined ? {} : { sigmas: numbersAt(fields, 'sigmas', place) }),
    ...(assumed_sigmas === undefined ? {} : { assumed_sigmas }),
    ...(pairs === undefined ? {} : { pairs }),
    ...(groups === undefined ? {} : { groups }),
  };
}

function isNames(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((name) => typeof name === 'string' && name !== '');
}

function isLinks(value: unknown): value is [number, number][] {
  if (!Array.isArray(value)) return false;
  return value.every(
    (link) =>
      Array.isArray(link) && link.length === 2 && link.every((end) => Number.isInteger(end)),
  );
}

function isGroups(value: unknown): value is Record<string, string[]> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return Object.values(value).every(isNames);
}

function isPairs(value: unknown): value is [string, string][] {
  return Array.isArray(value) && value.every((pair) => isNames(pair) && pair.length === 2);
}
