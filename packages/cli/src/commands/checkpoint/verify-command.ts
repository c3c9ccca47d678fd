import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { printResult } from '../../terminal/print-result.ts';

/** `limber checkpoint verify` */
export function addVerifyCommand(checkpoint: Command): void {
  checkpoint
    .command('verify')
    .description('prove checkpoints by their digests; exit code 1 if one is damaged')
    .argument('<checkpoints...>', 'files, or folders of them')
    .addOption(jsonOption())
    .action(async (places: string[], { json }: JsonOption) => {
      const { verifyCheckpoints } = await import('@limber/trainer');
      const verdicts = await verifyCheckpoints(places);
      if (!verdicts.every(({ isWhole }) => isWhole)) process.exitCode = exitCodes.failed;
      printResult(verdicts, {
        json,
        lines: () =>
          verdicts.map((verdict) =>
            verdict.isWhole
              ? `${verdict.file}: whole, step ${verdict.step}`
              : `DAMAGED ${verdict.problem}`,
          ),
      });
    });
}
