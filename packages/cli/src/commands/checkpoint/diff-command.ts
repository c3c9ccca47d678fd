import type { ArrayDifference } from '@limber/trainer';
import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { printResult } from '../../terminal/print-result.ts';

/** `limber checkpoint diff` */
export function addDiffCommand(checkpoint: Command): void {
  checkpoint
    .command('diff')
    .description('say in what two checkpoints differ; exit code 1 if they do')
    .argument('<first>', 'a checkpoint')
    .argument('<second>', 'another one')
    .addOption(jsonOption())
    .action(async (first: string, second: string, { json }: JsonOption) => {
      const { diffCheckpoints } = await import('@limber/trainer');
      const { facts, arrays } = await diffCheckpoints(first, second);
      const isSame = facts.length + arrays.length === 0;
      if (!isSame) process.exitCode = exitCodes.failed;
      printResult(
        { facts, arrays },
        {
          json,
          lines: () => [
            ...facts.map(({ path, from, to }) => `${path}: ${from} → ${to}`),
            ...arrays.map((array) => `${array.name}: ${describe(array)}`),
            ...(isSame ? ['no difference'] : []),
          ],
        },
      );
    });
}

function describe(array: ArrayDifference): string {
  switch (array.type) {
    case 'only-in-first':
      return 'only in the first';
    case 'only-in-second':
      return 'only in the second';
    case 'other-shape':
      return `shape ${array.shapes.join(' → ')}`;
    case 'other-numbers':
      return `${array.differing} of ${array.numbers} numbers differ, by up to ${array.largestDifference}`;
  }
}
