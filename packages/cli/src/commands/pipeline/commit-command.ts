import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption, setOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import { openPipeline } from './open-pipeline.ts';

interface CommitCommandOptions extends JsonOption {
  readonly set: readonly string[];
  readonly force: boolean;
}

/** `limber pipeline commit` */
export function addCommitCommand(pipeline: Command): void {
  pipeline
    .command('commit')
    .description('accept the outputs that are there after a change of code that cannot matter')
    .argument('<name>')
    .argument('[stages...]', 'by default all that are not up to date')
    .addOption(setOption())
    .option('--force', 'accept also other parameters, inputs and variables', false)
    .addOption(jsonOption())
    .action(async (name: string, only: string[], options: CommitCommandOptions) => {
      const { commitPipeline } = await import('@limber/runner');
      const { set, force, json } = options;
      const request = { ...(await openPipeline(name)), overrides: set, only, isForced: force };
      printResult(await commitPipeline(request), {
        json,
        lines: (committed) =>
          committed.length === 0
            ? ['nothing to accept: all is up to date']
            : committed.flatMap(({ name: stage, accepted }) => [
                `${stage}: accepted`,
                ...accepted.map((cause) => `  ${cause}`),
              ]),
      });
    });
}
