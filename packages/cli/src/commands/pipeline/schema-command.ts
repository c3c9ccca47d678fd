import type { Command } from 'commander';
import { printJson } from '../../terminal/print-result.ts';

/** `limber pipeline schema` */
export function addSchemaCommand(pipeline: Command): void {
  pipeline
    .command('schema')
    .description('print the JSON Schema of pipeline files, for editors')
    .action(async () => {
      const { pipelineJsonSchema } = await import('@limber/runner');
      const { stages } = await import('../../stages/registry.ts');
      printJson(pipelineJsonSchema(stages));
    });
}
