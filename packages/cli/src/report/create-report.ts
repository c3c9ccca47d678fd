import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScoreIntervals } from '@limber/evaluator';
import { isMissing } from '@limber/files';
import { readCoco } from '@limber/keypoints';
import { html } from '../pages/html.ts';
import type { PageContent } from '../pages/page.ts';
import { precisionChart } from '../pages/precision-chart.ts';
import { statisticsCharts } from '../pages/statistics-page.ts';
import { personGalleries } from '../pages/person-galleries.ts';
import type { EvaluationMetrics } from './evaluate-predictions.ts';
import { readEvaluation } from './evaluation-files.ts';
import { jointCharts } from './joint-charts.ts';
import { machineMadeNote } from './machine-made-note.ts';
import { readCurves } from './read-metrics.ts';
import { readSettings } from './read-settings.ts';
import { readSplits } from './read-splits.ts';
import { sideTables } from './side-confusion.ts';
import { skippedTables } from './skipped-table.ts';
import { trainingCharts } from './training-charts.ts';

/** What a report is about. */
export interface ReportOptions {
  readonly title: string;
  /** The split that was evaluated: test or val. */
  readonly split: string;
  /** How many persons each gallery shows. */
  readonly figures: number;
  /** The folder of the built dataset. */
  readonly dataset: string;
  /** The folder of the training's logs. */
  readonly logs: string;
  /** The folder of the evaluation. */
  readonly evaluation: string;
}

/** What a person wants to see after a run: scores, curves, joints, drawn poses, data, settings. */
export async function createReport(options: ReportOptions): Promise<PageContent> {
  const { title, split, dataset, figures, logs } = options;
  const { metrics, precision, predictions, persons } = await readEvaluation(options.evaluation);
  const training = trainingCharts([await readCurves(logs)]);
  const truth = await readCoco(join(dataset, `${split}.json`));
  const galleries = await personGalleries(
    { ...persons, notFound: persons.notFound.map(({ annotationId }) => annotationId) },
    {
      ...truth,
      imageFolder: join(dataset, 'images'),
      keypointsOf: (row) => predictions[row]!.keypoints,
      evenly: figures,
      worst: Math.ceil(figures / 3),
    },
  );
  return {
    title,
    subtitle: `${metrics.persons} persons of the ${split} split, cut out by their true boxes; flip test ${metrics.flipTest ? 'on' : 'off'}. ${metrics.measure}`,
    headline: headline(metrics),
    ...training,
    charts: [
      ...training.charts,
      { title: 'Precision over recall', chart: precisionChart(precision) },
      ...jointCharts(metrics, persons.found),
      ...(await datasetCharts(dataset)),
    ],
    galleries: [...galleries, ...(await firstBatch(logs))],
    tables: [
      jointTable(metrics),
      ...sideTables(truth.skeleton, persons.found),
      errorTable(metrics),
      ...(await skippedTables(logs)),
      await splitTable(dataset),
      ...(await settingsTables(logs)),
    ],
  };
}

/** What there is to see of a training that was not evaluated. */
export async function trainingReport({
  title,
  logs,
}: Pick<ReportOptions, 'title' | 'logs'>): Promise<PageContent> {
  const training = trainingCharts([await readCurves(logs)]);
  return {
    title,
    subtitle: 'A training that was not evaluated.',
    headline: [],
    ...training,
    galleries: await firstBatch(logs),
    tables: [...(await skippedTables(logs)), ...(await settingsTables(logs))],
  };
}

/** Numbers of the whole dataset, drawn. */
async function datasetCharts(dataset: string): Promise<PageContent['charts']> {
  const { openDataset, summarizeDataset } = await import('@limber/dataset-builder');
  const { sources } = await openDataset(dataset, { format: 'coco' });
  const statistics = await summarizeDataset(sources, { seed: 1 });
  return statisticsCharts(statistics).map(({ title, ...chart }) => ({
    title: `Dataset: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    ...chart,
  }));
}

/** The scores at the top of the page. A new one is a line here. */
function headline({ scores, intervals, pck }: EvaluationMetrics): PageContent['headline'] {
  const noteOf = (name: keyof ScoreIntervals): { note?: string } => {
    const interval = intervals?.[name];
    if (interval === undefined || interval === null) return {};
    return { note: `95%: ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}` };
  };
  return [
    ...(['AP', 'AP50', 'AP75', 'AR'] as const).map((name) => ({
      name,
      value: formatScore(scores[name]),
      ...noteOf(name),
    })),
    { name: `PCK@${pck.threshold}`, value: formatScore(pck.all) },
  ];
}

function formatScore(value: number | undefined | null): string {
  return value === undefined || value === null || value < 0 ? '–' : value.toFixed(3);
}

function jointTable({ pck }: EvaluationMetrics): PageContent['tables'][number] {
  return {
    title: 'Joints',
    header: ['joint', `PCK@${pck.threshold} (${pck.normalizer})`],
    rows: [
      ...pck.perJoint.map(({ joint, pck: value }) => [joint, formatScore(value)]),
      ...pck.perGroup.map(({ group, pck: value }) => [
        `all of: ${group.replaceAll('_', ' ')}`,
        formatScore(value),
      ]),
    ],
  };
}

function errorTable({ errors }: EvaluationMetrics): PageContent['tables'][number] {
  return {
    title: 'Errors',
    header: ['kind', 'count', 'AP if corrected'],
    rows: errors.map(({ kind, count, correctedAP }) => [
      kind,
      `${count}`,
      formatScore(correctedAP),
    ]),
  };
}

/** The first batch as the model saw it, augmented; mirrored persons are framed. */
async function firstBatch(logs: string): Promise<PageContent['galleries']> {
  const jpeg = await readFile(join(logs, 'first-batch.jpg')).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (jpeg === undefined) return [];
  const source = `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  return [
    {
      title: 'Augmentation: the first batch, as the model saw it',
      note: 'Mirrored persons are framed.',
      figures: [html`<img alt="Persons of the first batch with their joints" src="${source}" />`],
    },
  ];
}

async function splitTable(dataset: string): Promise<PageContent['tables'][number]> {
  const splits = await readSplits(dataset);
  const note = machineMadeNote(splits);
  return {
    title: 'Dataset',
    ...(note !== undefined && { note }),
    header: ['split', 'images', 'persons', 'groups', 'joints visible', 'hidden', 'not labelled'],
    rows: splits.map(({ name, images, persons, groups, joints }) => [
      name,
      ...[images, persons, groups, joints.visible, joints.hidden, joints.notLabelled].map(String),
    ]),
  };
}

/** None while a training goes on: its configuration is written at the end. */
async function settingsTables(logs: string): Promise<PageContent['tables']> {
  const rows = await readSettings(logs);
  if (rows.length === 0) return [];
  return [{ title: 'Training', header: ['setting', 'value'], rows }];
}
