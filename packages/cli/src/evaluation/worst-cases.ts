import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FoundPerson, TruePerson } from '@limber/evaluator';
import { resultAt } from '@limber/evaluator';
import type { CocoImage, Skeleton } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { deriveSkeleton } from '@limber/keypoints';
import type { Html } from '../report/html.ts';
import { poseFigure } from '../report/pose-figure.ts';
import type { ReportContent } from '../report/report-page.ts';
import type { EvaluationOutcome } from './run-evaluation.ts';

const shownFound = 12;
const shownNotFound = 6;

/**
 * Draws the persons that were found worst, and some of those that were not found.
 *
 * @param imageFolder - the photographs; without it poses are drawn on grey.
 * @throws {LimberError} `missing-file` for a photograph that is not there, `invalid-image` for one that is none.
 */
export async function worstCases(
  { truth, errors }: EvaluationOutcome,
  imageFolder: string | undefined,
): Promise<ReportContent['galleries']> {
  if (errors === undefined) return [];
  const skeleton = deriveSkeleton(truth.category);
  const persons = new Map(truth.annotations.map((person) => [person.id, person]));
  const images = new Map(truth.images.map((image) => [image.id, image]));
  const draw = (
    person: TruePerson,
    prediction: readonly number[],
    caption: string,
  ): Promise<Html> =>
    drawPerson({ person, prediction, caption, skeleton, imageFolder }, images.get(person.image_id));
  const found = errors.found.slice(0, shownFound);
  const notFound = errors.notFound.slice(0, shownNotFound);
  return [
    {
      title: 'Worst found',
      note: 'Predicted: orange left, blue right, green middle. True: white, dashed. OKS 1 is perfect.',
      figures: await Promise.all(
        found.map((item) =>
          draw(
            persons.get(item.annotationId)!,
            resultAt(errors.results, item.row).keypoints,
            captionOf(item),
          ),
        ),
      ),
    },
    {
      title: 'Not found',
      note: `${errors.notFound.length} persons that no detection was meant for.`,
      figures: await Promise.all(
        notFound.map((id) => draw(persons.get(id)!, [], `annotation ${id}`)),
      ),
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

interface Drawing {
  readonly person: TruePerson;
  readonly prediction: readonly number[];
  readonly caption: string;
  readonly skeleton: Skeleton;
  readonly imageFolder: string | undefined;
}

async function drawPerson(
  { person, prediction, caption, skeleton, imageFolder }: Drawing,
  image: Partial<CocoImage> | undefined,
): Promise<Html> {
  const { file_name, width = Infinity, height = Infinity } = image ?? {};
  const input = {
    imageSize: { width, height },
    box: person.bbox,
    truth: person.keypoints,
    prediction,
    skeleton,
    caption,
  };
  if (imageFolder === undefined || file_name === undefined) return poseFigure(input);
  const imageFile = join(imageFolder, file_name);
  if (!existsSync(imageFile)) {
    const problem = { where: imageFile, what: 'no such file', expected: 'a photograph' };
    throw new LimberError('missing-file', problem);
  }
  try {
    return await poseFigure({ ...input, imageFile });
  } catch (cause) {
    const problem = { where: imageFile, what: 'cannot be drawn', got: String(cause) };
    throw new LimberError('invalid-image', problem, { cause });
  }
}
