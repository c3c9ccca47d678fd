import type { ErrorAnalysis, FoundPerson } from '@limber/evaluator';
import type { PersonSource } from './draw-persons.ts';
import { drawPersons } from './draw-persons.ts';
import type { PageContent } from './page.ts';

/** Which persons of an evaluation are drawn. */
export interface PersonGalleryOptions extends PersonSource {
  /** [K, 3] x (imagePx), y, score of a row of the results. */
  readonly keypointsOf: (row: number) => readonly number[];
  /** How many are drawn of those that were found, at even distances. */
  readonly evenly: number;
  /** How many are drawn of those that were found worst. */
  readonly worst: number;
}

const legend =
  'Predicted: orange left, blue right, green middle. True: white, dashed. OKS 1 is perfect.';
const shownNotFound = 6;

/**
 * Draws persons that were found, those that were found worst, and some of those that were not found.
 *
 * @throws {LimberError} as `drawPersons`.
 */
export async function personGalleries(
  { found, notFound }: Pick<ErrorAnalysis, 'found' | 'notFound'>,
  { keypointsOf, evenly, worst, ...source }: PersonGalleryOptions,
): Promise<PageContent['galleries']> {
  const persons = new Map(source.annotations.map((person) => [person.id, person]));
  const files = new Map(source.images.map(({ id, file_name }) => [id, file_name]));
  const nameOf = (annotationId: number): string => {
    const { source_id = annotationId, image_id } = persons.get(annotationId)!;
    const file = files.get(image_id);
    return [...(file === undefined ? [] : [file]), `annotation ${source_id}`].join(' · ');
  };
  const byAnnotation = found.toSorted((a, b) => a.annotationId - b.annotationId);
  const galleries = [
    { title: 'Poses, evenly chosen', note: legend, persons: takeEvenly(byAnnotation, evenly) },
    { title: 'Worst found', note: legend, persons: found.slice(0, worst) },
  ].map(({ persons, ...gallery }) => ({
    ...gallery,
    shown: persons.map((person) => ({
      annotationId: person.annotationId,
      prediction: keypointsOf(person.row),
      caption: captionOf(person, nameOf(person.annotationId)),
    })),
  }));
  const missed = {
    title: 'Not found',
    note: `${notFound.length} persons that no detection was meant for.`,
    shown: notFound.slice(0, shownNotFound).map((annotationId) => ({
      annotationId,
      prediction: [],
      caption: nameOf(annotationId),
    })),
  };
  const filled = [...galleries, missed].filter(({ shown }) => shown.length > 0);
  return Promise.all(
    filled.map(async ({ shown, ...gallery }) => ({
      ...gallery,
      figures: await drawPersons(shown, source),
    })),
  );
}

/** Up to `count` items, at even distances. */
export function takeEvenly<T>(items: readonly T[], count: number): T[] {
  const taken = Math.min(count, items.length);
  return Array.from({ length: taken }, (_, at) => items[Math.floor((at * items.length) / taken)]!);
}

/** @param name - of the person, by the id that the user's own file gives it. */
function captionOf({ oks, joints }: FoundPerson, name: string): string {
  const kinds = ['miss', 'swap', 'inversion', 'jitter'] as const;
  const counts = kinds
    .map((kind) => ({ kind, count: joints.filter((error) => error === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return [`OKS ${oks.toFixed(2)}`, name, ...counts].join(' · ');
}
