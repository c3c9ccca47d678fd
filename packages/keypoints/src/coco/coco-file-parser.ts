import type {
  CocoAnnotation,
  CocoFile,
  CocoFileCategory,
  CocoFileImage,
  CocoImage,
  Derivation,
} from './coco-dataset.ts';
import {
  areaOfBox,
  areaPerBoxArea,
  boxAroundJoints,
  boxBorder,
  boxOfJoints,
} from './field-rules.ts';
import { IdNumbers } from './id-numbers.ts';
import type { Fields, JsonPlace } from './json-fields.ts';
import { numbersAt } from './json-fields.ts';
import { numberTexts } from './number-texts.ts';
import { namelessCategory, parseCategories } from './parse-categories.ts';
import type { ItemReading, ReadAnnotation } from './parse-items.ts';
import { parseAnnotation, parseImage } from './parse-items.ts';

/** What a file is read for. */
export interface CocoFileOptions {
  /** Named in every message. */
  readonly file: string;
  /** A training set needs complete images, and its ids may be texts; an evaluation judges by itself. */
  readonly purpose: 'training' | 'evaluation';
  /** The field of an image that names its group. */
  readonly groupField?: string;
}

/** Takes the items of a COCO file one after another, in any order of the lists, so that a file need not be in memory. */
export interface CocoFileParser {
  image(item: unknown): void;
  annotation(item: unknown): void;
  category(item: unknown): void;
  /** Once every item was given: fills in what is missing. */
  finish(): CocoFile;
}

/** The fields that a file may lack; counted while reading. */
const fillable = ['area', 'iscrowd', 'num_keypoints'] as const;

/** Reads a COCO keypoint file item by item, see `parseCocoFile`. */
export function createCocoFileParser(options: CocoFileOptions): CocoFileParser {
  const { file, purpose, groupField = 'group' } = options;
  const ids = {
    images: new IdNumbers(),
    annotations: new IdNumbers(),
    categories: new IdNumbers(),
  };
  const reading: ItemReading = { groupField, ...(purpose === 'training' ? { ids } : {}) };
  const images: CocoFileImage[] = [];
  const read: ReadAnnotation[] = [];
  const rawCategories: unknown[] = [];
  const lacking = { area: 0, iscrowd: 0, num_keypoints: 0 };
  const itemIn = (list: string, index: number): JsonPlace => ({ file, list, index });

  return {
    image(item) {
      images.push(parseImage(item, itemIn('images', images.length), reading));
    },
    annotation(item) {
      const annotation = parseAnnotation(item, itemIn('annotations', read.length), reading);
      read.push(annotation);
      if (annotation.keypoints === null) return;
      for (const field of fillable) if ((item as Fields)[field] === undefined) lacking[field] += 1;
    },
    category(item) {
      rawCategories.push(item);
    },
    finish() {
      const usedIds = new Set<number>();
      for (const { keypoints, category_id } of read) {
        if (keypoints !== null) usedIds.add(category_id);
      }
      const categories = parseCategories(rawCategories, {
        usedIds,
        file,
        ...(reading.ids === undefined ? {} : { ids: reading.ids.categories }),
      });
      const people = choosePeople(read, categories);
      const complete = { file, images, purpose };
      const { annotations, withoutBox, withoutJoints } = completeAnnotations(
        people,
        categories,
        complete,
      );
      const counts: readonly Derivation[] = [
        {
          field: 'bbox',
          rule: purpose === 'training' ? trainingBoxRule : 'around its labelled joints',
          count: withoutBox,
        },
        { field: 'keypoints', rule: 'no joint is labelled', count: withoutJoints },
        { field: 'area', rule: `${areaPerBoxArea} of the box, at least 1`, count: lacking.area },
        { field: 'iscrowd', rule: '0', count: lacking.iscrowd },
        { field: 'num_keypoints', rule: 'joints with v > 0', count: lacking.num_keypoints },
        {
          field: 'category.id',
          rule: 'the only category_id in use, else the place counted from 1',
          count: countWithout(rawCategories, 'id'),
        },
        {
          field: 'category.name',
          rule: namelessCategory,
          count: countWithout(rawCategories, 'name'),
        },
      ];
      const derivations = counts.filter(({ count }) => count > 0);
      const isFiltered = annotations.length < read.length;
      const all: CocoFile = {
        images,
        annotations,
        categories,
        derivations,
        ...(isFiltered ? { places: people.map(({ place }) => place) } : {}),
      };
      return reading.ids === undefined ? all : numberTexts(all, reading.ids, file);
    },
  };
}

const trainingBoxRule = `around its labelled joints, wider by ${boxBorder} of the longer side on each side, inside the image`;

interface Person {
  readonly annotation: ReadAnnotation;
  /** Its place in the list of the file. */
  readonly place: number;
}

/** Annotations of categories without joints are of other things: boxes of cars, outlines of persons. */
function choosePeople(
  read: readonly ReadAnnotation[],
  categories: readonly CocoFileCategory[],
): readonly Person[] {
  const jointed = new Set(categories.map(({ id }) => id));
  const people: Person[] = [];
  for (const [place, annotation] of read.entries()) {
    if (annotation.keypoints !== null || jointed.has(annotation.category_id)) {
      people.push({ annotation, place });
    }
  }
  return people;
}

function completeAnnotations(
  people: readonly Person[],
  categories: readonly CocoFileCategory[],
  { file, images, purpose }: Pick<CocoFile, 'images'> & CocoFileOptions,
): { annotations: CocoAnnotation[]; withoutBox: number; withoutJoints: number } {
  const jointsOf = new Map(categories.map(({ id, keypoints }) => [id, keypoints.length]));
  const counts = { withoutBox: 0, withoutJoints: 0 };
  let sizes: Map<number, CocoFileImage> | null = null;
  const annotations = people.map(({ annotation, place }): CocoAnnotation => {
    const { keypoints, bbox } = annotation;
    if (keypoints !== null && bbox !== null) return annotation as CocoAnnotation;
    if (keypoints === null) {
      const here = { file, list: 'annotations', index: place, id: annotation.id };
      if (purpose === 'evaluation' || bbox === null)
        numbersAt({}, bbox === null ? 'bbox' : 'keypoints', here);
      counts.withoutJoints += 1;
      const length = jointsOf.get(annotation.category_id)! * 3;
      return { ...annotation, bbox: bbox!, keypoints: Array.from({ length }, () => 0) };
    }
    counts.withoutBox += 1;
    sizes ??= new Map(images.map((image) => [image.id, image]));
    const image = sizes.get(annotation.image_id);
    const box =
      purpose === 'training' && image !== undefined
        ? boxAroundJoints(keypoints, image as CocoImage)
        : boxOfJoints(keypoints);
    const area = Number.isNaN(annotation.area) ? areaOfBox(box) : annotation.area;
    return { ...annotation, keypoints, bbox: box, area };
  });
  return { annotations, ...counts };
}

function countWithout(items: readonly unknown[], field: string): number {
  return items.filter((item) => (item as Fields)[field] === undefined).length;
}
