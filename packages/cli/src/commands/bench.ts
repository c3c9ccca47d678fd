import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { printJson } from '../print-json.ts';

interface RerunOptions {
  readonly sizes: readonly number[];
  readonly files: number;
  readonly nx?: true;
}

/** `limber bench rerun`. */
export function addBenchCommands(program: Command): void {
  const bench = program.command('bench').description('measure speed, printing one JSON document');
  bench
    .command('rerun')
    .description('how long a pipeline run takes that has nothing to do, as a whole process')
    .option('--sizes <n,n,...>', 'numbers of stages', toNumbers, [10, 100, 1000])
    .option('--files <n>', 'input files of each stage', toNumber, 100)
    .option('--nx', 'let nx run-many do the same with the same files')
    .action(async ({ sizes, files: filesPerStage, nx }: RerunOptions) => {
      const { benchRerun } = await import('../bench/bench-rerun.ts');
      const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
      const withNx = nx === true;
      printJson(await benchRerun({ sizes, filesPerStage, repeats: 5, withNx, onProgress }));
    });
}

function toNumbers(text: string): number[] {
  return text.split(',').map(toNumber);
}

function toNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('Expected whole numbers, 1 or more.');
}
