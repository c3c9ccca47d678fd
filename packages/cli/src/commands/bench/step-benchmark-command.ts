import { backendNames } from '@limber/engine/backends';
import type { Command } from 'commander';
import { Option } from 'commander';
import { wholeNumber } from '../../options/option-values.ts';
import { inputSizeOption, jsonOption } from '../../options/shared-options.ts';
import { printJson } from '../../terminal/print-result.ts';
import type { StepBenchmarkOptions } from './bench-step.ts';

/** `limber bench step` */
export function addStepBenchmark(bench: Command): void {
  bench
    .command('step')
    .description('how long a training step takes, where the time goes, and what memory it needs')
    .requiredOption('--model <name>', 'architecture, see `limber models`')
    .option('--batch <n>', 'images in a batch', wholeNumber(1), 8)
    .addOption(
      new Option('--precision <precision>', 'numbers of the convolutions')
        .choices(['32', 'bf16-mixed', 'auto'])
        .default('auto'),
    )
    .addOption(
      new Option('--backend <name>', 'what computes; auto: native TensorFlow, else WebAssembly')
        .choices(backendNames)
        .default('auto'),
    )
    .addOption(inputSizeOption())
    .option('--steps <n>', 'steps to measure', wholeNumber(1), 10)
    .option('--threads <n>', 'threads within an operation; default: all processors', wholeNumber(1))
    .addOption(jsonOption())
    .action(async (options: StepBenchmarkOptions) => {
      const { benchStep } = await import('./bench-step.ts');
      printJson(await benchStep(options));
    });
}
