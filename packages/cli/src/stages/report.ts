import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageContext, StageModule } from '@limber/runner';
import { createReport } from '../report/create-report.ts';
import type { ReportParameters } from './stage-parameters.ts';

/** Writes `report.html`, a page that needs no other file. */
const stage: StageModule = { run };
export default stage;

async function run(context: StageContext): Promise<void> {
  const { dataset, logs, evaluation } = context.inputs;
  const page = await createReport({
    dataset: dataset!,
    logs: logs!,
    evaluation: evaluation!,
    ...(context.params as ReportParameters),
  });
  const out = context.outputs['report']!;
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'report.html'), page);
}
