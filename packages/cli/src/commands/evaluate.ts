import type { Command } from 'commander';
import { printJson } from '../print-json.ts';

interface EvaluateOptions {
  readonly annotations: string;
  readonly results: string;
  readonly lenient?: true;
  readonly json?: true;
}

/** `limber evaluate`: AP and AR of a COCO result file. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('score a COCO keypoint result file as pycocotools does')
    .requiredOption('--annotations <gt.json>', 'the true keypoints, in COCO form')
    .requiredOption('--results <dt.json>', 'the detected keypoints, in COCO result form')
    .option('--lenient', 'compute what pycocotools computes from NaN, id 0 and unknown images')
    .option('--json', 'print one JSON document')
    .action(async (options: EvaluateOptions) => {
      const { evaluateKeypoints, formatScores, readGroundTruth, readResultTable } =
        await import('@limber/evaluator');
      const truth = await readGroundTruth(options.annotations);
      const results = await readResultTable(options.results);
      const scores = evaluateKeypoints(truth, results, { lenient: options.lenient === true });
      if (options.json === true) printJson(scores);
      else process.stdout.write(`${formatScores(scores)}\n`);
    });
}
