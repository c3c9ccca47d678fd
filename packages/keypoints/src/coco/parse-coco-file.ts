import { LimberError } from '@limber/files';
import type { CocoFile } from './coco-dataset.ts';
import type { CocoFileOptions } from './coco-file-parser.ts';
import { createCocoFileParser } from './coco-file-parser.ts';
import { listAt, objectAt } from './json-fields.ts';

/**
 * Reads COCO keypoint JSON, the published form or the short one, and fills in what the short form lacks:
 *
 * - `bbox`: the smallest box around the labelled joints; for a training set 0.1 of its longer side wider on each side,
 *   inside the image
 * - `area`: 0.53 of the box, at least 1 square pixel, marked by `area_source`
 * - `iscrowd`: 0; true and false are read as 1 and 0
 * - `num_keypoints`: the joints with v > 0
 * - `keypoints`, in a training set: no joint is labelled, where the category has joints and the annotation has a box
 * - `category.id`: the only `category_id` in use, else the category's place counted from 1
 * - `category.name`: `thing`
 *
 * `machine_label` of an annotation says that a model made it; it is kept.
 *
 * Categories without joints, and their annotations without joints, are left out: they are of other things. In a training
 * set ids may be texts or numbers of 64 bits: images, annotations or categories are then numbered from 1, and their
 * `source_id` is the id of the file.
 *
 * Only the kind of each value is checked, since an evaluation judges the rest in its own way. `parseCoco` also
 * checks ids, references and ranges. Written out by hand because it runs over every number of a file: a schema
 * library takes as long as a whole evaluation.
 *
 * @param json - the parsed file.
 * @throws {LimberError} `invalid-annotations` at the first fault, naming file, id and field.
 */
export function parseCocoFile(json: unknown, options: CocoFileOptions): CocoFile {
  const { file } = options;
  if (Array.isArray(json)) throw listInsteadOfDataset(file);
  const fields = objectAt(json, { file });
  const parser = createCocoFileParser(options);
  for (const image of listAt(fields, 'images', file)) parser.image(image);
  for (const annotation of listAt(fields, 'annotations', file)) parser.annotation(annotation);
  for (const category of listAt(fields, 'categories', file)) parser.category(category);
  return parser.finish();
}

/** The error for a file that is a list of results. */
export function listInsteadOfDataset(file: string): LimberError {
  return new LimberError('invalid-annotations', {
    where: file,
    what: 'not a dataset',
    expected: 'an object with "images", "annotations" and "categories"',
    got: 'a list',
    fix: 'Were the results given in the place of the dataset?',
  });
}
