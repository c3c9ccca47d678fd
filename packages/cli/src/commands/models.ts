import type { Command } from 'commander';
import { printJson } from '../print-json.ts';

/** `limber models`. */
export function addModelCommands(program: Command): void {
  program
    .command('models')
    .description('list the architectures: parameters, GFLOPs, input size')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: true }) => {
      const { describeModels } = await import('@limber/model-zoo');
      const models = describeModels();
      if (options.json === true) return printJson(models);
      for (const { name, parameters, gflops, inputSize } of models) {
        const size = `${inputSize.height}x${inputSize.width}`;
        const millions = `${(parameters / 1e6).toFixed(2)} M`;
        const row = [
          name.padEnd(28),
          millions.padStart(9),
          `${gflops.toFixed(2)} GFLOPs`.padStart(14),
          size,
        ];
        process.stdout.write(`${row.join('  ')}\n`);
      }
    });
}
