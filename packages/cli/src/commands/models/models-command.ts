import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';

/** `limber models` */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .description('list the architectures: parameters, GFLOPs, input size')
    .addOption(jsonOption())
    .action(async ({ json }: JsonOption) => {
      const { describeModels } = await import('@limber/model-zoo');
      printResult(describeModels(), {
        json,
        lines: (models) =>
          models.map(({ name, parameters, gflops, inputSize: { height, width } }) => {
            const millions = `${(parameters / 1e6).toFixed(2)} M`.padStart(9);
            const operations = `${gflops.toFixed(2)} GFLOPs`.padStart(14);
            return [name.padEnd(28), millions, operations, `${height}x${width}`].join('  ');
          }),
      });
    });
}
