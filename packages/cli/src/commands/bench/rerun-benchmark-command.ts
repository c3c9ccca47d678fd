import type { Command } from 'commander';
import { listOf, wholeNumber } from '../../options/option-values.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printJson } from '../../terminal/print-result.ts';

interface RerunOptions {
  readonly sizes: readonly number[];
  readonly files: number;
  readonly nx: boolean;
}

/** `limber bench rerun` */
export function addRerunBenchmark(bench: Command): void {
  bench
    .command('rerun')
    .description('how long a pipeline run takes that has nothing to do, as a whole process')
    .option('--sizes <n,n,...>', 'numbers of stages', listOf(wholeNumber(1)), [10, 100, 1000])
    .option('--files <n>', 'input files of each stage', wholeNumber(1), 100)
    .option('--nx', 'let nx run-many do the same with the same files', false)
    .addOption(jsonOption())
    .action(async ({ sizes, files, nx }: RerunOptions) => {
      const { benchRerun } = await import('./bench-rerun.ts');
      const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
      const options = { sizes, filesPerStage: files, repeats: 5, withNx: nx, onProgress };
      printJson(await benchRerun(options));
    });
}
