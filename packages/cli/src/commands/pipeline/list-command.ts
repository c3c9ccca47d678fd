import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';

/** `limber pipeline list` */
export function addListCommand(pipeline: Command): void {
  pipeline
    .command('list')
    .description('list the pipelines of this workspace')
    .addOption(jsonOption())
    .action(async ({ json }: JsonOption) => {
      const { listPipelines } = await import('@limber/runner');
      const { stages } = await import('../../stages/registry.ts');
      printResult(listPipelines({ workspace: process.cwd(), stages }), {
        json,
        lines: (pipelines) =>
          pipelines.map(
            ({ name, description, problem }) => name.padEnd(16) + (problem ?? description),
          ),
      });
    });
}
