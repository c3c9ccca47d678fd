import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import { tableLines } from '../../terminal/table.ts';

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
          tableLines(
            ['architecture', 'parameters', 'GFLOPs', 'input size'],
            models.map(({ name, parameters, gflops, inputSize: { height, width } }) => [
              name,
              `${(parameters / 1e6).toFixed(2)} M`.padStart(10),
              gflops.toFixed(2).padStart(6),
              `${height}x${width}`,
            ]),
          ),
      });
    });
}
