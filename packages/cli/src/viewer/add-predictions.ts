import type { CocoResult } from '@limber/evaluator';
import { computeOks, pairPersons } from '@limber/evaluator';
import { LimberError } from '@limber/files';
import { countLabelled } from '@limber/keypoints';
import type { Catalogue, CataloguePerson, Predicted } from './catalogue.ts';
import { mapPoints } from './shards-catalogue.ts';

/** A prediction that may say whose it is. */
export interface PersonResult extends Omit<CocoResult, 'category_id'> {
  readonly annotation_id?: number;
}

/**
 * Lays predictions over the persons that they are of: those that they name, else those that COCO's matching pairs them with.
 * Detections that are paired with nobody become persons of their own. A person of an image with predictions that none is of
 * was not found: its OKS is 0.
 *
 * @param results - imagePx.
 * @throws {LimberError} `invalid-annotations` if no image of the dataset is among those of the results, or joints differ.
 */
export function addPredictions(catalogue: Catalogue, results: readonly PersonResult[]): Catalogue {
  const { persons, skeletons } = catalogue;
  const imageIds = new Set(results.map(({ image_id }) => image_id));
  const isAsked = ({ imageId }: CataloguePerson): boolean =>
    imageId !== undefined && imageIds.has(imageId);
  const asked = persons.flatMap((person, index) => (isAsked(person) ? [{ person, index }] : []));
  const imageOf = new Map(asked.map(({ person }) => [person.imageId, person]));
  const inside = results.filter(({ image_id }) => imageOf.has(image_id));
  refuseStrangers(catalogue, results, inside);
  const predictions = new Map<number, Predicted>();
  const labelled = asked.filter(({ person }) => countLabelled(person.keypoints) > 0);
  for (const { index } of labelled) predictions.set(index, { keypoints: null, score: 0 });
  const paired = inside.every(({ annotation_id }) => annotation_id !== undefined)
    ? pairByName(labelled, inside)
    : pairByOks(catalogue, labelled, inside);
  for (const [index, result] of paired) {
    const person = persons[index]!;
    const keypoints = inPicture(person, result);
    const truth = { area: person.area, keypoints: Array.from(person.keypoints) };
    const score = computeOks(truth, { keypoints }, skeletons[person.skeleton]!.sigmas);
    predictions.set(index, { keypoints, score });
  }
  const used = new Set(paired.values());
  const hasTruth = labelled.length > 0;
  const alone = inside
    .filter((result) => !used.has(result))
    .map((result) => ({ person: toDetection(imageOf.get(result.image_id)!, result), result }));
  for (const [at, { person, result }] of alone.entries()) {
    const score = hasTruth ? 0 : result.score;
    predictions.set(persons.length + at, { keypoints: inPicture(person, result), score });
  }
  return {
    ...catalogue,
    persons: [...persons, ...alone.map(({ person }) => person)],
    predictions,
    scoreName: hasTruth ? 'OKS' : 'score',
  };
}

/**
 * Gives persons the image ids that results use, where a list beside the results says which file has which.
 *
 * @param names - image id → file name.
 */
export function nameImages(catalogue: Catalogue, names: ReadonlyMap<number, string>): Catalogue {
  const ids = new Map(Array.from(names, ([id, name]) => [name, id]));
  const persons = catalogue.persons.map((person) => {
    const imageId = person.image === undefined ? undefined : ids.get(person.image);
    return imageId === undefined ? person : { ...person, imageId };
  });
  return { ...catalogue, persons };
}

type Placed = { readonly person: CataloguePerson; readonly index: number };

function inPicture({ toPicture }: CataloguePerson, { keypoints }: PersonResult): readonly number[] {
  return toPicture === null ? keypoints : Array.from(mapPoints(toPicture, keypoints));
}

function pairByName(
  labelled: readonly Placed[],
  results: readonly PersonResult[],
): Map<number, PersonResult> {
  const byId = new Map(results.map((result) => [result.annotation_id, result]));
  return new Map(
    labelled.flatMap(({ person, index }) => {
      const result = byId.get(person.annotationId);
      return result === undefined ? [] : [[index, result] as const];
    }),
  );
}

/** Skeleton by skeleton, since each has sigmas of its own. */
function pairByOks(
  { skeletons }: Catalogue,
  labelled: readonly Placed[],
  results: readonly PersonResult[],
): Map<number, PersonResult> {
  const found = new Map<number, PersonResult>();
  for (const [skeleton, { sigmas }] of skeletons.entries()) {
    const own = labelled.filter(({ person }) => person.skeleton === skeleton);
    const images = new Set(own.map(({ person }) => person.imageId!));
    const rows = results.filter(({ image_id }) => images.has(image_id));
    const annotations = own.map(({ person, index }) => ({
      id: index,
      image_id: person.imageId!,
      category_id: 1,
      keypoints: Array.from(person.keypoints),
      num_keypoints: 1,
      area: person.area,
      bbox: person.box,
      iscrowd: 0 as const,
    }));
    const truth = { images: [...images].map((id) => ({ id })), annotations };
    const { pairs } = pairPersons(
      truth,
      rows.map((result) => ({ ...result, category_id: 1 })),
      { sigmas, categoryIds: [1] },
    );
    for (const { person, row } of pairs) if (row !== undefined) found.set(person.id, rows[row]!);
  }
  return found;
}

/** A detection that is of nobody: its box is that of its joints. */
function toDetection(image: CataloguePerson, result: PersonResult): CataloguePerson {
  const points = inPicture(image, result);
  const xs = points.filter((_, at) => at % 3 === 0);
  const ys = points.filter((_, at) => at % 3 === 1);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const size = [Math.max(...xs) - left, Math.max(...ys) - top] as const;
  return {
    ...image,
    name: `${image.image ?? `image ${image.imageId}`} · detection`,
    box: [left, top, ...size],
    keypoints: [],
    area: size[0] * size[1],
    annotationId: undefined,
    findings: [],
  };
}

function refuseStrangers(
  { title, persons, skeletons }: Catalogue,
  results: readonly PersonResult[],
  inside: readonly PersonResult[],
): void {
  if (results.length > 0 && inside.length === 0) {
    const ids = persons.slice(0, 3).map(({ imageId }) => imageId ?? 'none');
    throw new LimberError('invalid-annotations', {
      where: title,
      what: 'no image of the results is in the dataset',
      expected: `image ids such as ${ids.join(', ')}`,
      got: `${results[0]!.image_id}`,
    });
  }
  const counts = new Set(skeletons.map(({ keypoints }) => keypoints.length));
  const odd = inside.find(({ keypoints }) => !counts.has(keypoints.length / 3));
  if (odd === undefined) return;
  throw new LimberError('shape-mismatch', {
    where: title,
    what: 'results of another skeleton',
    expected: `${[...counts].join(' or ')} joints`,
    got: `${odd.keypoints.length / 3}`,
  });
}
