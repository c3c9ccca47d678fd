import type { Command } from 'commander';
import { amountOf } from '../../options/option-values.ts';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import { printWaiting } from '../../terminal/print-waiting.ts';

interface CollectOptions extends JsonOption {
  readonly olderThan?: number;
  readonly maxSize?: number;
}

const toMilliseconds = amountOf({ s: 1e3, m: 6e4, h: 36e5, d: 864e5 }, '30d');
const toBytes = amountOf({ MB: 1e6, GB: 1e9, TB: 1e12 }, '20GB');

/** `limber pipeline gc` */
export function addGcCommand(pipeline: Command): void {
  pipeline
    .command('gc')
    .description('remove what no run refers to any more from the store')
    .option('--older-than <time>', 'also what was not used for so long: 30d', toMilliseconds)
    .option('--max-size <size>', 'also what was not used for longest, down to: 20GB', toBytes)
    .addOption(jsonOption())
    .action(async ({ olderThan, maxSize, json }: CollectOptions) => {
      const { collectGarbage } = await import('@limber/runner');
      const { readLockedFingerprints } = await import('./lock-file.ts');
      const workspace = process.cwd();
      const collected = await collectGarbage({
        workspace,
        keep: readLockedFingerprints(workspace),
        onWait: printWaiting,
        ...(olderThan === undefined ? {} : { olderThanMs: olderThan }),
        ...(maxSize === undefined ? {} : { maxBytes: maxSize }),
      });
      printResult(collected, {
        json,
        lines: ({ artifacts, objects, workFolders, freedBytes }) => [
          `removed ${artifacts} artifacts, ${objects} files (${(freedBytes / 1e6).toFixed(1)} MB), ${workFolders} working folders`,
        ],
      });
    });
}
