import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { SetExitCode } from '../../program.ts';
import type { RunFromCommandLineOptions } from '../../run-pipeline.ts';
import { repeated } from './repeated.ts';

/** `limber pipeline run | watch`. */
export function addPipelineRuns(pipeline: Command, setExitCode: SetExitCode): void {
  addRunOptions(pipeline.command('run'))
    .description('run a pipeline; stages that nothing changed for are not run again')
    .option('--only <stage>', 'run this stage alone', repeated, [])
    .option('--from <stage>', 'run this stage and all that follow from it', repeated, [])
    .option('--force <stage>', 'run this stage even if nothing changed', repeated, [])
    .option('--dry-run', 'say what would run, and why')
    .option('--json', 'print one JSON document')
    .action(async (name: string | undefined, options: RunFromCommandLineOptions) => {
      const { runFromCommandLine } = await import('../../run-pipeline.ts');
      setExitCode(await runFromCommandLine(name, options));
    });
  addRunOptions(pipeline.command('watch'))
    .description('run a pipeline, and again whenever a file that it depends on changes')
    .action(async (name: string | undefined, options: RunFromCommandLineOptions) => {
      const { watchFromCommandLine } = await import('../../run-pipeline.ts');
      setExitCode(await watchFromCommandLine(name, options));
    });
}

function addRunOptions(command: Command): Command {
  return command
    .argument('[name]', 'a pipeline of pipelines/, or a YAML file')
    .option('--set <key=value>', 'give a parameter another value', repeated, [])
    .option('--keep-going', 'after a failure, go on with what does not need the failed stage')
    .option('--remote <place>', 'share results through this folder or s3:// place')
    .addOption(new Option('--jobs <n>', 'processors to share among stages').argParser(parseJobs));
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1) return jobs;
  throw new InvalidArgumentError('Expected a whole number, 1 or more.');
}
