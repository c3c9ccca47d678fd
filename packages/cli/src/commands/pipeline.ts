import { Option } from 'commander';
import type { Command } from 'commander';
import { printJson } from '../print-json.ts';
import type { SetExitCode } from '../program.ts';
import type { RunFromCommandLineOptions } from '../run-pipeline.ts';

/** `limber pipeline run | list | why | graph | status | clean | gc`. */
export function addPipelineCommands(program: Command, setExitCode: SetExitCode): void {
  const pipeline = program.command('pipeline').description('run pipelines of cached stages');
  addRun(pipeline, setExitCode);
  addQuestions(pipeline);
  addRemovals(pipeline);
}

const repeated = (value: string, before: readonly string[]): string[] => [...before, value];

function addRun(pipeline: Command, setExitCode: SetExitCode): void {
  pipeline
    .command('run')
    .description('run a pipeline; stages that nothing changed for are not run again')
    .argument('[name]', 'a pipeline of pipelines/, or a YAML file')
    .option('--set <key=value>', 'give a parameter another value', repeated, [])
    .option('--only <stage>', 'run this stage alone', repeated, [])
    .option('--from <stage>', 'run this stage and all that follow from it', repeated, [])
    .option('--force <stage>', 'run this stage even if nothing changed', repeated, [])
    .option('--dry-run', 'say what would run, and why')
    .addOption(new Option('--jobs <n>', 'processors to share among stages').argParser(Number))
    .option('--json', 'print one JSON document')
    .action(async (name: string | undefined, options: RunFromCommandLineOptions) => {
      const { runFromCommandLine } = await import('../run-pipeline.ts');
      setExitCode(await runFromCommandLine(name, options));
    });
}

interface QuestionOptions {
  readonly set: readonly string[];
  readonly json?: true;
}

function addQuestions(pipeline: Command): void {
  pipeline
    .command('list')
    .description('list the pipelines of this workspace')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: true }) => {
      const { list } = await import('../pipeline-questions.ts');
      const pipelines = list();
      if (options.json === true) return printJson(pipelines);
      for (const { name, description, problem } of pipelines) {
        process.stdout.write(`${name.padEnd(16)}${problem ?? description}\n`);
      }
    });
  pipeline
    .command('why')
    .description('say for each stage if it would run, and all the causes')
    .argument('<name>')
    .option('--set <key=value>', 'give a parameter another value', repeated, [])
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: QuestionOptions) => {
      const { explain, formatExplanation } = await import('../pipeline-questions.ts');
      const result = await explain(name, options.set);
      if (options.json === true) printJson(result);
      else process.stdout.write(formatExplanation(result));
    });
  pipeline
    .command('graph')
    .description('draw which stage reads what from which other')
    .argument('<name>')
    .addOption(new Option('--format <format>').choices(['text', 'mermaid']).default('text'))
    .action(async (name: string, options: { format: 'text' | 'mermaid' }) => {
      const { graph } = await import('../pipeline-questions.ts');
      process.stdout.write(graph(name, options.format));
    });
  pipeline
    .command('status')
    .description('say of each stage if it is up to date, and how the latest run ended')
    .argument('<name>')
    .option('--set <key=value>', 'give a parameter another value', repeated, [])
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: QuestionOptions) => {
      const { formatStatus, status } = await import('../pipeline-questions.ts');
      const found = await status(name, options.set);
      if (options.json === true) printJson(found);
      else process.stdout.write(formatStatus(found));
    });
}

function addRemovals(pipeline: Command): void {
  pipeline
    .command('clean')
    .description('remove the working folders of a pipeline, so that training starts anew')
    .argument('<name>')
    .action(async (name: string) => {
      const { cleanPipeline } = await import('@limber/runner');
      const removed = await cleanPipeline({ pipeline: name, workspace: process.cwd() });
      for (const folder of removed) process.stdout.write(`removed ${folder}\n`);
    });
  pipeline
    .command('gc')
    .description('remove what no run refers to any more from the store')
    .action(async () => {
      const { collectGarbage } = await import('@limber/runner');
      const { artifacts, objects, workFolders, freedBytes } = await collectGarbage({
        workspace: process.cwd(),
      });
      const megabytes = (freedBytes / 1e6).toFixed(1);
      process.stdout.write(
        `removed ${artifacts} artifacts, ${objects} files (${megabytes} MB), ${workFolders} working folders\n`,
      );
    });
}
