import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { printJson } from '../print-json.ts';
import type { EvaluateBenchmarkOptions } from '../bench/bench-evaluate.ts';
import type { StepBenchmarkOptions } from '../bench/bench-step.ts';

/** `limber bench`: each prints one JSON document. */
export function addBenchCommands(program: Command): void {
  const bench = program.command('bench').description('measure speed, printing one JSON document');
  addStep(bench);
  addRerun(bench);
  addEvaluate(bench);
}

function addStep(bench: Command): void {
  bench
    .command('step')
    .description('how long a training step takes, where the time goes, and what memory it needs')
    .requiredOption('--model <name>', 'architecture, see `limber models`')
    .option('--batch <n>', 'images in a batch', toCount, 8)
    .addOption(
      new Option('--precision <precision>', 'numbers of the convolutions')
        .choices(['32', 'bf16-mixed', 'auto'])
        .default('auto'),
    )
    .option('--input <HxW>', 'input size in pixels', toInputSize, { height: 256, width: 192 })
    .option('--steps <n>', 'steps to measure', toCount, 10)
    .option('--threads <n>', 'threads within an operation; all processors by default', toCount)
    .option('--json', 'one JSON document, which is what it always prints')
    .action(
      async (options: StepBenchmarkOptions & { input: StepBenchmarkOptions['inputSize'] }) => {
        const { benchStep } = await import('../bench/bench-step.ts');
        printJson(await benchStep({ ...options, inputSize: options.input }));
      },
    );
}

interface RerunOptions {
  readonly sizes: readonly number[];
  readonly files: number;
  readonly nx?: true;
}

function addRerun(bench: Command): void {
  bench
    .command('rerun')
    .description('how long a pipeline run takes that has nothing to do, as a whole process')
    .option('--sizes <n,n,...>', 'numbers of stages', toCounts, [10, 100, 1000])
    .option('--files <n>', 'input files of each stage', toCount, 100)
    .option('--nx', 'let nx run-many do the same with the same files')
    .option('--json', 'one JSON document, which is what it always prints')
    .action(async ({ sizes, files: filesPerStage, nx }: RerunOptions) => {
      const { benchRerun } = await import('../bench/bench-rerun.ts');
      const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
      const withNx = nx === true;
      printJson(await benchRerun({ sizes, filesPerStage, repeats: 5, withNx, onProgress }));
    });
}

function addEvaluate(bench: Command): void {
  bench
    .command('evaluate')
    .description('how long `limber evaluate` takes on random persons, as a whole process')
    .option('--images <n>', 'images; as many as COCO val2017 has with persons', toCount, 2346)
    .option('--persons <n>', 'true persons in all', toCount, 6352)
    .option('--detections <n>', 'results in each image', toCount, 20)
    .option('--seed <n>', 'the same seed gives the same persons', toSeed, 0)
    .option('--repeats <n>', 'times to evaluate; the median counts', toCount, 5)
    .option('--json', 'one JSON document, which is what it always prints')
    .action(async (options: EvaluateBenchmarkOptions) => {
      const { benchEvaluate } = await import('../bench/bench-evaluate.ts');
      printJson(await benchEvaluate(options));
    });
}

function toCounts(text: string): number[] {
  return text.split(',').map(toCount);
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError(`Expected a whole number of at least 1, got "${text}".`);
}

function toSeed(text: string): number {
  const seed = Number(text);
  if (text !== '' && Number.isInteger(seed) && seed >= 0) return seed;
  throw new InvalidArgumentError(`Expected a whole number of at least 0, got "${text}".`);
}

function toInputSize(text: string): { height: number; width: number } {
  const [, height, width] = /^([1-9]\d*)x([1-9]\d*)$/.exec(text) ?? [];
  if (height !== undefined && width !== undefined) {
    return { height: Number(height), width: Number(width) };
  }
  throw new InvalidArgumentError(`Expected height x width such as 256x192, got "${text}".`);
}
