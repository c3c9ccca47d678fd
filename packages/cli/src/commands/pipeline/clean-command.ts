import type { Command } from 'commander';
import { printLine } from '../../terminal/print-result.ts';
import { printWaiting } from '../../terminal/print-waiting.ts';

/** `limber pipeline clean` */
export function addCleanCommand(pipeline: Command): void {
  pipeline
    .command('clean')
    .description('remove the working folders of a pipeline, so that training starts anew')
    .argument('<name>', 'a pipeline of pipelines/, or a YAML file')
    .action(async (name: string) => {
      const { cleanPipeline } = await import('@limber/runner');
      const removed = await cleanPipeline({
        pipeline: name,
        workspace: process.cwd(),
        onWait: printWaiting,
      });
      for (const folder of removed) printLine(`removed ${folder}`);
    });
}
