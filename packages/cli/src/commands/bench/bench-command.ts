import type { Command } from 'commander';
import { addEvaluateBenchmark } from './evaluate-benchmark-command.ts';
import { addLoaderBenchmark } from './loader-benchmark-command.ts';
import { addRerunBenchmark } from './rerun-benchmark-command.ts';
import { addStepBenchmark } from './step-benchmark-command.ts';

/** `limber bench step | loader | rerun | evaluate`: each prints one JSON document, with `--json` or without. */
export function addBenchCommand(program: Command): void {
  const bench = program.command('bench').description('measure speed, printing one JSON document');
  addStepBenchmark(bench);
  addLoaderBenchmark(bench);
  addRerunBenchmark(bench);
  addEvaluateBenchmark(bench);
}
