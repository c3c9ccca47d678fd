import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LimberError } from '@limber/files';
import { areaPerBoxArea, coco17, createRandom } from '@limber/keypoints';
import type { Random } from '@limber/keypoints';

/** How many persons and results there are to be. */
export interface KeypointSetOptions {
  readonly images: number;
  /** In all; at least one in each image. */
  readonly persons: number;
  /** In each image. */
  readonly detections: number;
  readonly seed: number;
}

/** A person, its joints in imagePx. */
interface Person {
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** [17] x, y, visibility. */
  readonly joints: readonly (readonly [number, number, number])[];
}

const categoryId = 1;
const imageSize = { width: 640, height: 480 };
/** Sides of persons in pixels: from small to as large as the image, evenly by their logarithm. */
const sides = { smallest: 27, largest: 403 };
/** Errors of the detected joints, as fractions of the square root of the person's area: from OKS 1 to 0. */
const errors = [0.01, 0.03, 0.06, 0.1, 0.2, 0.4];

/**
 * Writes random persons, and detections of them that are right by all degrees, as COCO files.
 *
 * @throws {LimberError} `invalid-argument` if there are fewer persons than images.
 */
export async function writeKeypointSet(
  folder: string,
  options: KeypointSetOptions,
): Promise<{ annotationFile: string; resultFile: string }> {
  const images = placePersons(options);
  const annotationFile = join(folder, 'annotations.json');
  const resultFile = join(folder, 'results.json');
  await pipeline(Readable.from(annotationText(images)), createWriteStream(annotationFile));
  await pipeline(Readable.from(resultText(images, options)), createWriteStream(resultFile));
  return { annotationFile, resultFile };
}

/** [images][persons]: one in each image, the others anywhere. */
function placePersons({ images, persons, seed }: KeypointSetOptions): Person[][] {
  if (persons < images) {
    throw new LimberError('invalid-argument', {
      where: 'persons',
      what: 'too few',
      expected: `at least one for each of the ${images} images`,
      got: `${persons}`,
    });
  }
  const random = createRandom(seed, 'persons');
  const placed = Array.from({ length: images }, () => [createPerson(random)]);
  for (let more = images; more < persons; more++) {
    placed[random.integer(0, images - 1)]!.push(createPerson(random));
  }
  return placed;
}

function createPerson(random: Random): Person {
  const side = (): number =>
    round(Math.exp(random.uniform(Math.log(sides.smallest), Math.log(sides.largest))), 2);
  const box = [random.integer(0, 400), random.integer(0, 300), side(), side()] as const;
  const [x, y, width, height] = box;
  const joints = coco17.keypoints.map((_, joint) => {
    // the first is always labelled, since a person without joints does not count
    const visibility = joint > 0 && random.chance(0.3) ? 0 : random.chance(0.15) ? 1 : 2;
    if (visibility === 0) return [0, 0, 0] as const;
    const [right, down] = [
      random.integer(0, Math.floor(width)),
      random.integer(0, Math.floor(height)),
    ];
    return [x + right, y + down, visibility] as const;
  });
  return { box, joints };
}

function* annotationText(images: readonly (readonly Person[])[]): Generator<string> {
  const categories = [
    { id: categoryId, name: 'person', keypoints: coco17.keypoints, skeleton: [] },
  ];
  const entries = images.map((_, image) => ({
    id: image,
    file_name: `${image}.jpg`,
    ...imageSize,
  }));
  yield `{"images":${JSON.stringify(entries)},"categories":${JSON.stringify(categories)},"annotations":[`;
  let id = 0;
  for (const [image, persons] of images.entries()) {
    for (const { box, joints } of persons) {
      const annotation = {
        id: ++id,
        image_id: image,
        category_id: categoryId,
        keypoints: joints.flat(),
        num_keypoints: joints.filter(([, , visibility]) => visibility > 0).length,
        bbox: box,
        area: round(areaPerBoxArea * box[2] * box[3], 4),
        iscrowd: 0,
      };
      yield `${id === 1 ? '' : ', '}${JSON.stringify(annotation)}`;
    }
  }
  yield ']}';
}

function* resultText(
  images: readonly (readonly Person[])[],
  { detections, seed }: KeypointSetOptions,
): Generator<string> {
  const random = createRandom(seed, 'results');
  yield '[';
  for (const [image, persons] of images.entries()) {
    for (let detection = 0; detection < detections; detection++) {
      const { box, joints } = persons[detection % persons.length]!;
      const error = random.pick(errors);
      const errorPx = error * Math.sqrt(areaPerBoxArea * box[2] * box[3]);
      const near = (value: number): number => round(value + errorPx * random.normal(), 4);
      const result = {
        image_id: image,
        category_id: categoryId,
        keypoints: joints.flatMap(([x, y]) => [near(x), near(y), round(random.uniform(), 4)]),
        score: round(random.uniform() / (1 + error), 6),
      };
      yield `${image + detection === 0 ? '' : ', '}${JSON.stringify(result)}`;
    }
  }
  yield ']';
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
