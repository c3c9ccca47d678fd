import { writeFileAtomic } from '@limber/files';
import type { Command } from 'commander';
import { printLine } from '../../terminal/print-result.ts';

interface ReportCommandOptions {
  readonly compare?: string;
  readonly out?: string;
}

/** `limber report` */
export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('write the report of a run, or of two runs side by side, as one page')
    .argument('[run]', 'a run, a folder of runs, or the `out` folder of `limber train`', 'runs')
    .option('--compare <run>', 'the run that the first one is compared with')
    .option('--out <file>', 'the page (default: report.html, or compare.html)')
    .action(async (path: string, { compare, out }: ReportCommandOptions) => {
      const { locateRun } = await import('../../runs/locate-run.ts');
      const run = locateRun(path);
      if (compare === undefined) {
        const { reportOfRun } = await import('../../report/run-report.ts');
        return write(out ?? 'report.html', await reportOfRun(run));
      }
      const { compareRuns } = await import('../../report/compare-runs.ts');
      await write(out ?? 'compare.html', await compareRuns(run, locateRun(compare)));
    });
}

async function write(file: string, page: string): Promise<void> {
  await writeFileAtomic(file, page);
  printLine(`Report: ${file}`);
}
