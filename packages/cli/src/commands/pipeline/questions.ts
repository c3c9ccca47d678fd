import { Option } from 'commander';
import type { Command } from 'commander';
import type { GraphFormat } from '@limber/runner';
import { printJson } from '../../print-json.ts';
import { repeated } from './repeated.ts';

interface QuestionOptions {
  readonly set: readonly string[];
  readonly json?: true;
}

/** `limber pipeline list | why | graph | status`. */
export function addPipelineQuestions(pipeline: Command): void {
  pipeline
    .command('list')
    .description('list the pipelines of this workspace')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: true }) => {
      const { list } = await import('../../pipeline-questions.ts');
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
      const { explain, formatExplanation } = await import('../../pipeline-questions.ts');
      const result = await explain(name, options.set);
      if (options.json === true) printJson(result);
      else process.stdout.write(formatExplanation(result));
    });
  pipeline
    .command('graph')
    .description('draw which stage reads what from which other')
    .argument('<name>')
    .addOption(new Option('--format <format>').choices(['text', 'mermaid', 'html']).default('text'))
    .action(async (name: string, options: { format: GraphFormat }) => {
      const { graph } = await import('../../pipeline-questions.ts');
      process.stdout.write(graph(name, options.format));
    });
  pipeline
    .command('status')
    .description('say of each stage if it is up to date, and how the latest run ended')
    .argument('<name>')
    .option('--set <key=value>', 'give a parameter another value', repeated, [])
    .option('--json', 'print one JSON document')
    .action(async (name: string, options: QuestionOptions) => {
      const { formatStatus, status } = await import('../../pipeline-questions.ts');
      const found = await status(name, options.set);
      if (options.json === true) printJson(found);
      else process.stdout.write(formatStatus(found));
    });
}
