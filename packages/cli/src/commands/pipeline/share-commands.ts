import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption, setOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import { printWaiting } from '../../terminal/print-waiting.ts';
import { openPipeline } from './open-pipeline.ts';

interface ShareOptions extends JsonOption {
  readonly set: readonly string[];
  readonly remote?: string;
}

/** `limber pipeline push | pull` */
export function addShareCommands(pipeline: Command): void {
  for (const direction of ['push', 'pull'] as const) {
    const where = direction === 'push' ? 'to' : 'from';
    pipeline
      .command(direction)
      .description(`copy the outputs of a pipeline ${where} the remote store`)
      .argument('<name>')
      .addOption(setOption())
      .option('--remote <place>', "a folder or s3:// place, instead of the pipeline's own")
      .addOption(jsonOption())
      .action(async (name: string, { set, remote, json }: ShareOptions) => {
        const { sharePipeline } = await import('@limber/runner');
        const shared = await sharePipeline(direction, {
          ...(await openPipeline(name)),
          overrides: set,
          onWait: printWaiting,
          ...(remote === undefined ? {} : { remote }),
        });
        printResult(shared, {
          json,
          lines: ({ stages, missing, place }) => [
            ...stages.map((stage) => `${stage}: is here and at ${place}`),
            ...missing.map((stage) => `${stage}: nothing to ${direction}`),
          ],
        });
      });
  }
}
