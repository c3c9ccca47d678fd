import type { GraphFormat } from '@limber/runner';
import type { Command } from 'commander';
import { Option } from 'commander';
import { openPipeline } from './open-pipeline.ts';

/** `limber pipeline graph` */
export function addGraphCommand(pipeline: Command): void {
  pipeline
    .command('graph')
    .description('draw which stage reads what from which other')
    .argument('<name>', 'a pipeline of pipelines/, or a YAML file')
    .addOption(
      new Option('--format <format>', 'how it is drawn')
        .choices(['text', 'mermaid', 'html'])
        .default('text'),
    )
    .action(async (name: string, { format }: { readonly format: GraphFormat }) => {
      const { drawPipelineGraph } = await import('@limber/runner');
      process.stdout.write(drawPipelineGraph({ ...(await openPipeline(name)), format }));
    });
}
