import type { Command } from 'commander';
import { wholeNumber } from '../../options/option-values.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printJson } from '../../terminal/print-result.ts';
import type { LoaderBenchmarkOptions } from './bench-loader.ts';

/** `limber bench loader` */
export function addLoaderBenchmark(bench: Command): void {
  bench
    .command('loader')
    .description('how fast batches for training are made, and single rows are read')
    .argument('<shards>', 'folder that `limber pack` wrote')
    .option('--batch <n>', 'persons in a batch', wholeNumber(1), 32)
    .option('--workers <n>', 'worker threads; 0: the main thread', wholeNumber(0), 2)
    .option('--epochs <n>', 'passes to measure', wholeNumber(1), 5)
    .addOption(jsonOption())
    .action(async (shards: string, options: LoaderBenchmarkOptions) => {
      const { benchLoader } = await import('./bench-loader.ts');
      printJson(await benchLoader(shards, options));
    });
}
