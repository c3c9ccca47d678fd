import { LimberError } from '@limber/files';
import type { Box } from '../geometry/box.ts';
import type { CocoAnnotation, CocoFile, CocoFileImage } from './coco-dataset.ts';
import { areaOfBox, areaPerBoxArea, boxOfJoints, countLabelled } from './field-rules.ts';
import type { Fields, JsonPlace } from './json-fields.ts';
import { integerAt, listAt, numberAt, numbersAt, objectAt, unexpected } from './json-fields.ts';
import { namelessCategory, parseCategories } from './parse-categories.ts';

/**
 * Reads COCO keypoint JSON, the published form or the short one, and fills in what the short form lacks:
 *
 * - `bbox`: the smallest box around the labelled joints
 * - `area`: 0.53 of the box, at least 1 square pixel, marked by `area_source`
 * - `iscrowd`: 0; true and false are read as 1 and 0
 * - `num_keypoints`: the joints with v > 0
 * - `category.id`: the only `category_id` in use, else the category's place counted from 1
 * - `category.name`: `thing`
 *
 * Only the kind of each value is checked, since an evaluation judges the rest in its own way. {@link parseCoco} also
 * checks ids, references, ranges and that boxes are given. Written out by hand because it runs over every number of a file: a schema
 * library takes as long as a whole evaluation.
 *
 * @param json - the parsed file.
 * @param file - named in every message.
 * @throws {LimberError} `invalid-annotations` at the first fault, naming file, id and field.
 */
export function parseCocoFile(json: unknown, file: string): CocoFile {
  if (Array.isArray(json)) throw listInsteadOfDataset(file);
  const fields = objectAt(json, { file });
  const images = listAt(fields, 'images', file).map((item, index) =>
    parseImage(item, { file, list: 'images', index }),
  );
  const rawAnnotations = listAt(fields, 'annotations', file);
  const annotations = rawAnnotations.map((item, index) =>
    parseAnnotation(item, { file, list: 'annotations', index }),
  );
  const rawCategories = listAt(fields, 'categories', file);
  const usedIds = new Set(annotations.map(({ category_id }) => category_id));
  const categories = parseCategories(rawCategories, usedIds, file);
  const countWithout = (items: readonly unknown[], field: string): number =>
    items.filter((item) => (item as Fields)[field] === undefined).length;
  const derivations = [
    {
      field: 'bbox',
      rule: 'around its labelled joints',
      count: countWithout(rawAnnotations, 'bbox'),
    },
    { field: 'area', rule: areaRule, count: countWithout(rawAnnotations, 'area') },
    { field: 'iscrowd', rule: '0', count: countWithout(rawAnnotations, 'iscrowd') },
    {
      field: 'num_keypoints',
      rule: 'joints with v > 0',
      count: countWithout(rawAnnotations, 'num_keypoints'),
    },
    {
      field: 'category.id',
      rule: 'the only category_id in use, else the place counted from 1',
      count: countWithout(rawCategories, 'id'),
    },
    { field: 'category.name', rule: namelessCategory, count: countWithout(rawCategories, 'name') },
  ] as const;
  return {
    images,
    annotations,
    categories,
    derivations: derivations.filter(({ count }) => count > 0),
  };
}

const areaRule = `${areaPerBoxArea} of the box, at least 1`;

function parseImage(item: unknown, place: JsonPlace): CocoFileImage {
  const fields = objectAt(item, place);
  const { file_name, width, height, group } = fields;
  return {
    id: integerAt(fields, 'id', place),
    ...(typeof file_name === 'string' ? { file_name } : {}),
    ...(typeof width === 'number' ? { width } : {}),
    ...(typeof height === 'number' ? { height } : {}),
    ...(typeof group === 'string' ? { group } : {}),
  };
}

function parseAnnotation(item: unknown, unnamed: JsonPlace): CocoAnnotation {
  const fields = objectAt(item, unnamed);
  const id = integerAt(fields, 'id', unnamed);
  const place = { ...unnamed, id };
  const keypoints = numbersAt(fields, 'keypoints', place);
  const bbox = parseBox(fields, keypoints, place);
  const area = numberAt(fields, 'area', place);
  const { iscrowd = 0, area_source } = fields;
  if (iscrowd !== 0 && iscrowd !== 1 && typeof iscrowd !== 'boolean') {
    throw unexpected({ ...place, field: 'iscrowd' }, '0 or 1', { value: iscrowd });
  }
  return {
    id,
    image_id: integerAt(fields, 'image_id', place),
    category_id: integerAt(fields, 'category_id', place),
    keypoints,
    num_keypoints: numberAt(fields, 'num_keypoints', place) ?? countLabelled(keypoints),
    bbox,
    area: area ?? areaOfBox(bbox),
    ...(area === undefined || area_source === 'bbox' ? { area_source: 'bbox' } : {}),
    iscrowd: iscrowd === 1 || iscrowd === true ? 1 : 0,
  };
}

function parseBox(fields: Fields, keypoints: readonly number[], place: JsonPlace): Box {
  const isGiven = fields['bbox'] !== undefined || countLabelled(keypoints) === 0;
  if (!isGiven) return boxOfJoints(keypoints);
  const [x, y, width, height] = numbersAt(fields, 'bbox', place);
  return [x!, y!, width!, height!];
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
