import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption, setOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import { openPipeline } from './open-pipeline.ts';

/** `limber pipeline why` */
export function addWhyCommand(pipeline: Command): void {
  pipeline
    .command('why')
    .description('say for each stage if it would run, and all the causes')
    .argument('<name>', 'a pipeline of pipelines/, or a YAML file')
    .addOption(setOption())
    .addOption(jsonOption())
    .action(
      async (name: string, { set, json }: JsonOption & { readonly set: readonly string[] }) => {
        const { runPipeline } = await import('@limber/runner');
        const options = { ...(await openPipeline(name)), overrides: set, dryRun: true };
        printResult(await runPipeline(options), {
          json,
          lines: ({ stages }) =>
            stages.flatMap(({ name: stage, outcome, because, warnings = [] }) => [
              `${stage}: ${outcome}`,
              ...because.map((cause) => `  ${cause}`),
              ...warnings.map((warning) => `  warning: ${warning}`),
            ]),
        });
      },
    );
}
