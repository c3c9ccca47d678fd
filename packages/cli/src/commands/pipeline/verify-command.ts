import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { printResult } from '../../terminal/print-result.ts';
import { printWaiting } from '../../terminal/print-waiting.ts';
import { openPipeline } from './open-pipeline.ts';

interface VerifyOptions extends JsonOption {
  readonly remote?: string;
}

/** `limber pipeline verify` */
export function addVerifyCommand(pipeline: Command): void {
  pipeline
    .command('verify')
    .description(
      'read the whole store; mend or remove what is damaged; exit code 1 if that was lost',
    )
    .argument('[name]', 'the pipeline whose remote store is fetched from')
    .option('--remote <place>', "a folder or s3:// place, instead of the pipeline's own")
    .addOption(jsonOption())
    .action(async (name: string | undefined, { remote, json }: VerifyOptions) => {
      const { verifyStore } = await import('@limber/runner');
      const verified = await verifyStore({
        workspace: process.cwd(),
        onWait: printWaiting,
        onWarning: (line) => process.stderr.write(`${line}\n`),
        ...(name === undefined ? {} : { pipeline: await openPipeline(name) }),
        ...(remote === undefined ? {} : { remote }),
      });
      const isLost = verified.damaged.some(({ outcome }) => outcome === 'lost');
      if (isLost) process.exitCode = exitCodes.failed;
      printResult(verified, {
        json,
        lines: ({ artifacts, objects, damaged }) => [
          ...damaged.map(
            ({ stages, problems, outcome }) =>
              `${outcome.toUpperCase()} ${[stages.join(', ') || 'no stage', ...problems].join(': ')}`,
          ),
          `${artifacts} artifacts and ${objects} files were read, ${damaged.length} were damaged`,
        ],
      });
    });
}
