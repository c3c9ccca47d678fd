import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@limber/files';
import type { PageContent } from '../pages/page.ts';
import { addTables, renderPage } from '../pages/page.ts';
import type { LocatedRun } from '../runs/locate-run.ts';
import { locateRun, logsOf } from '../runs/locate-run.ts';
import { createReport, trainingReport } from './create-report.ts';
import { provenanceTables } from './provenance-tables.ts';

/** How many persons are drawn where no stage drew some. */
const figures = 18;

/**
 * The report of a run: the page that its report stage wrote, or one drawn now, and what only the run knows: what it was made with,
 * the command, the digests.
 *
 * @throws {LimberError} `missing-file` if nothing was trained in it.
 */
export async function reportOfRun(run: LocatedRun): Promise<string> {
  const { past } = run;
  const tables = past === null ? [] : provenanceTables(past);
  const page = stageReport(run);
  if (page !== undefined) return addTables(await readFile(page, 'utf8'), tables);
  return renderPage(await drawReport(run, tables));
}

/**
 * Writes the report of a run that has just ended, unless its pipeline has no report, or one for each member of a matrix.
 *
 * @param file - `report.html` in the run's folder.
 */
export async function writeRunReport(file: string): Promise<void> {
  const run = locateRun(dirname(file));
  if (stageReport(run) !== undefined) await writeFileAtomic(file, await reportOfRun(run));
}

/** The page of the only stage that wrote one. */
function stageReport({ past, folder }: LocatedRun): string | undefined {
  const stages = past?.summary.stages ?? [];
  const [stage, ...others] = stages.filter(({ outputs }) => Object.hasOwn(outputs, 'report'));
  if (stage === undefined || others.length > 0) return undefined;
  const places = [join(folder, stage.name), stage.outputs['report']!];
  return places.map((place) => join(place, 'report.html')).find((file) => existsSync(file));
}

async function drawReport(run: LocatedRun, tables: PageContent['tables']): Promise<PageContent> {
  const { title, evaluation, dataset } = run;
  const logs = logsOf(run);
  const content =
    evaluation === null || dataset === null
      ? await trainingReport({ title, logs })
      : await createReport({
          title,
          split: dataset.split,
          figures,
          dataset: dataset.folder,
          logs,
          evaluation,
        });
  return { ...content, tables: [...content.tables, ...tables] };
}
