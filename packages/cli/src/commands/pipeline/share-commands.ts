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
      .description(
        `copy the outputs of a pipeline ${where} the remote store${direction === 'pull' ? '; those of the lock file, if there is one' : ''}`,
      )
      .argument('<name>', 'a pipeline of pipelines/, or a YAML file')
      .addOption(setOption())
      .option('--remote <place>', "a folder or s3:// place, instead of the pipeline's own")
      .addOption(jsonOption())
      .action(async (name: string, { set, remote, json }: ShareOptions) => {
        const { sharePipeline } = await import('@limber/runner');
        const { checkPulled, fingerprintsOf, readLockFile } = await import('./lock-file.ts');
        const { lockFileOf } = await import('./lock-file-name.ts');
        const request = await openPipeline(name);
        const isByLock = direction === 'pull' && set.length === 0;
        const lock = isByLock ? readLockFile(lockFileOf(request.file)) : undefined;
        const shared = await sharePipeline(direction, {
          ...request,
          overrides: set,
          fingerprints: lock && fingerprintsOf(lock),
          onWait: printWaiting,
          ...(remote === undefined ? {} : { remote }),
          onEvent: (event) => {
            if (event.type === 'warning') process.stderr.write(`${event.line}\n`);
          },
        });
        if (lock !== undefined) checkPulled(lock, shared.pulled);
        printResult(shared, {
          json,
          lines: ({ stages, missing, pulled, place }) => [
            ...stages.flatMap((stage) => [
              `${stage}: is here and at ${place}`,
              ...Object.values(pulled[stage] ?? {}).map(({ path }) => `  ${path}`),
            ]),
            ...missing.map((stage) => `${stage}: nothing to ${direction}`),
          ],
        });
      });
  }
}
