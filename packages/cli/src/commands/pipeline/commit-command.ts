import type { PipelineResult } from '@limber/runner';
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
    .argument('<name>', 'a pipeline of pipelines/, or a YAML file')
    .argument('[stages...]', 'by default all that are not up to date')
    .addOption(setOption())
    .option('--force', 'accept also other parameters, inputs and variables', false)
    .addOption(jsonOption())
    .action(async (name: string, only: string[], { set, force, json }: CommitCommandOptions) => {
      const { exitCodeOf } = await import('./run-pipeline.ts');
      const { runPipeline } = await import('@limber/runner');
      const result = await runPipeline({
        ...(await openPipeline(name)),
        overrides: set,
        only,
        keepGoing: true,
        accept: force ? 'everything' : 'code',
      });
      printResult(result, { json, lines: describe });
      process.exitCode = exitCodeOf(result);
    });
}

function describe({ stages }: PipelineResult): string[] {
  return stages.flatMap(({ name, outcome, because, error }) => {
    if (outcome === 'failed') return [error!];
    if (outcome !== 'cached') return [];
    const word = because.length === 0 ? 'up to date' : 'accepted';
    return [`${name}: ${word}`, ...because.map((cause) => `  ${cause}`)];
  });
}
