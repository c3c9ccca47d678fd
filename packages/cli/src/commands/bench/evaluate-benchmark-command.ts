import type { Command } from 'commander';
import { wholeNumber } from '../../options/option-values.ts';
import { jsonOption, seedOption } from '../../options/shared-options.ts';
import { printJson } from '../../terminal/print-result.ts';
import type { EvaluateBenchmarkOptions } from './bench-evaluate.ts';

/** `limber bench evaluate` */
export function addEvaluateBenchmark(bench: Command): void {
  bench
    .command('evaluate')
    .description('how long `limber evaluate` takes on random persons, as a whole process')
    .option('--images <n>', 'images, by default as many as COCO val2017 has', wholeNumber(1), 2346)
    .option('--persons <n>', 'true persons in all', wholeNumber(1), 6352)
    .option('--detections <n>', 'results in each image', wholeNumber(1), 20)
    .addOption(seedOption('persons', 0))
    .option('--repeats <n>', 'times to evaluate; the median counts', wholeNumber(1), 5)
    .addOption(jsonOption())
    .action(async (options: EvaluateBenchmarkOptions) => {
      const { benchEvaluate } = await import('./bench-evaluate.ts');
      printJson(await benchEvaluate(options));
    });
}
