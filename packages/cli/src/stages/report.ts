import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageModule } from '@limber/runner';
import { z } from 'zod';

interface ReportParameters {
  readonly title: string;
  readonly split: string;
  /** How many persons are drawn in each gallery. */
  readonly figures: number;
}

/** Writes `report.html`, a page that needs no other file. */
const stage: StageModule<ReportParameters> = {
  params: z.strictObject({
    title: z.string(),
    split: z.string(),
    figures: z.number().int().positive().default(18),
  }),
  async run({ params, inputs, outputs, signal }) {
    const { createReport } = await import('../report/create-report.ts');
    const drawn = createReport({
      dataset: inputs['dataset']!,
      logs: inputs['logs']!,
      evaluation: inputs['evaluation']!,
      ...params,
    });
    // What is drawn is in memory only, so it can be left behind at any moment.
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
    const { renderPage } = await import('../pages/page.ts');
    const page = renderPage(await Promise.race([drawn, aborted]));
    const out = outputs['report']!;
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'report.html'), page);
  },
};
export default stage;
