import { basename } from 'node:path';
import { formatScore, resultAt, scoreNames } from '@limber/evaluator';
import { describeFileError, LimberError, writeFileAtomic } from '@limber/files';
import { deriveSkeleton } from '@limber/keypoints';
import type { PageContent } from '../../pages/page.ts';
import { renderPage } from '../../pages/page.ts';
import { precisionChart, precisionSeries } from '../../pages/precision-chart.ts';
import { personGalleries } from '../../pages/person-galleries.ts';
import { describeBasis } from './describe-evaluation.ts';
import type { EvaluationOptions } from './evaluation-options.ts';
import type { EvaluationOutcome } from './run-evaluation.ts';

const shownWorst = 12;

type Table = PageContent['tables'][number];

/**
 * Writes a page that needs no other file: curves, errors, joints, worst cases.
 *
 * @throws {LimberError} `missing-file` if it cannot be written there, or an image is missing.
 */
export async function writeEvaluationPage(
  file: string,
  outcome: EvaluationOutcome,
  options: EvaluationOptions,
): Promise<void> {
  const page = await evaluationPage(outcome, options);
  try {
    await writeFileAtomic(file, page);
  } catch (cause) {
    const problem = { where: file, what: 'cannot be written', got: describeFileError(cause) };
    throw new LimberError('missing-file', problem, { cause });
  }
}

async function evaluationPage(
  outcome: EvaluationOutcome,
  options: EvaluationOptions,
): Promise<string> {
  const { evaluation, curves } = outcome;
  const { imageCount, personCount, detectionCount } = evaluation;
  return renderPage({
    title: `Evaluation of ${basename(options.results)}`,
    subtitle:
      `${detectionCount} detections of ${personCount} persons in ${imageCount} images of ` +
      `${basename(options.annotations)}, as ${options.compat ?? 'COCO'} counts. ` +
      describeBasis(outcome, options).join(' '),
    headline: (['AP', 'AP50', 'AP75', 'APm', 'APl', 'AR'] as const).map((name) => ({
      name,
      value: formatScore(evaluation[name]),
    })),
    charts: [
      {
        title: 'Precision over recall',
        chart: precisionChart(precisionSeries(curves(), evaluation.perCategory.length)),
      },
    ],
    galleries: await galleries(outcome, options.images),
    tables: [scoreTable(outcome, options), ...errorTables(outcome), ...categoryTables(outcome)],
  });
}

async function galleries(
  { truth, errors }: EvaluationOutcome,
  imageFolder: string | undefined,
): Promise<PageContent['galleries']> {
  if (errors === undefined) return [];
  return personGalleries(errors, {
    ...truth,
    skeleton: deriveSkeleton(truth.category),
    imageFolder,
    keypointsOf: (row) => resultAt(errors.results, row).keypoints,
    evenly: 0,
    worst: shownWorst,
  });
}

function scoreTable(outcome: EvaluationOutcome, options: EvaluationOptions): Table {
  const { evaluation, detected, intervals, other } = outcome;
  const optional = (isThere: boolean, ...cells: string[]): string[] => (isThere ? cells : []);
  return {
    title: 'Scores',
    header: [
      'score',
      detected === undefined ? 'value' : 'true boxes',
      ...optional(detected !== undefined, 'detected boxes'),
      ...optional(intervals !== undefined, '95% interval'),
      ...optional(other !== undefined, basename(options.compare ?? ''), 'difference', 'p'),
    ],
    rows: scoreNames.map((name) => {
      const interval = intervals?.[name];
      const difference = other?.comparison[name];
      return [
        name,
        formatScore(evaluation[name]),
        ...optional(detected !== undefined, formatScore(detected?.[name] ?? -1)),
        ...optional(
          intervals !== undefined,
          interval ? `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}` : '-',
        ),
        ...optional(
          other !== undefined,
          formatScore(other?.evaluation[name] ?? -1),
          difference ? difference.difference.toFixed(4) : '-',
          difference ? difference.pValue.toFixed(4) : '-',
        ),
      ];
    }),
  };
}

function errorTables({ truth, evaluation, errors }: EvaluationOutcome): Table[] {
  if (errors === undefined) return [];
  const kinds = ['good', 'jitter', 'inversion', 'swap', 'miss'] as const;
  return [
    {
      title: 'Errors',
      header: ['kind', 'count', 'AP if corrected', 'cost'],
      rows: errors.costs.map(({ kind, count, correctedAP, cost }) => [
        kind,
        `${count}`,
        formatScore(correctedAP),
        cost.toFixed(4),
      ]),
    },
    {
      title: 'Joints',
      header: ['joint', 'mean similarity', ...kinds],
      rows: truth.category.keypoints.map((name, joint) => {
        const { oks } = evaluation.perKeypoint[joint]!;
        const counts = kinds.map((kind) => `${errors.perKeypoint[joint]![kind]}`);
        return [name, oks === null ? '-' : oks.toFixed(3), ...counts];
      }),
    },
  ];
}

function categoryTables({ evaluation }: EvaluationOutcome): Table[] {
  const { perCategory } = evaluation;
  if (perCategory.length < 2) return [];
  const row = (category: (typeof perCategory)[number]): string[] => [
    `${category.categoryId}`,
    ...scoreNames.map((name) => formatScore(category[name])),
  ];
  return [{ title: 'Categories', header: ['id', ...scoreNames], rows: perCategory.map(row) }];
}
