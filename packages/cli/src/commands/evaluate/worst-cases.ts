import type { FoundPerson } from '@limber/evaluator';
import { resultAt } from '@limber/evaluator';
import { deriveSkeleton } from '@limber/keypoints';
import { drawPersons } from '../../pages/draw-persons.ts';
import type { PageContent } from '../../pages/page.ts';
import { poseLegend } from '../../pages/pose-figure.ts';
import type { EvaluationOutcome } from './run-evaluation.ts';

const shownFound = 12;
const shownNotFound = 6;

/**
 * Draws the persons that were found worst, and some of those that were not found.
 *
 * @param imageFolder - the photographs; without it poses are drawn on grey.
 * @throws {LimberError} `missing-file` for a photograph that is not there, `invalid-image` for one that cannot be decoded.
 */
export async function worstCases(
  { truth, errors }: EvaluationOutcome,
  imageFolder: string | undefined,
): Promise<PageContent['galleries']> {
  if (errors === undefined) return [];
  const source = { ...truth, skeleton: deriveSkeleton(truth.category), imageFolder };
  const found = errors.found.slice(0, shownFound).map((person) => ({
    annotationId: person.annotationId,
    prediction: resultAt(errors.results, person.row).keypoints,
    caption: captionOf(person),
  }));
  const notFound = errors.notFound.slice(0, shownNotFound).map((annotationId) => ({
    annotationId,
    prediction: [],
    caption: `annotation ${annotationId}`,
  }));
  return [
    { title: 'Worst found', note: poseLegend, figures: await drawPersons(found, source) },
    {
      title: 'Not found',
      note: `${errors.notFound.length} persons that no detection was meant for.`,
      figures: await drawPersons(notFound, source),
    },
  ].filter(({ figures }) => figures.length > 0);
}

function captionOf({ oks, annotationId, joints }: FoundPerson): string {
  const kinds = ['miss', 'swap', 'inversion', 'jitter'] as const;
  const counts = kinds
    .map((kind) => ({ kind, count: joints.filter((error) => error === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return [`OKS ${oks.toFixed(2)}`, `annotation ${annotationId}`, ...counts].join(' · ');
}
