import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { EvaluationOptions } from '../evaluation/evaluation-options.ts';
import { printJson } from '../print-json.ts';

/** `limber evaluate`: AP and AR of a COCO result file, and what they are made of. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('score a COCO keypoint result file as pycocotools does')
    .requiredOption('--annotations <gt.json>', 'the true keypoints, in COCO form')
    .requiredOption('--results <dt.json>', 'the detected keypoints, in COCO result form')
    .option('--detected <dt.json>', 'results with detected boxes, beside those with true boxes')
    .option('--compare <dt.json>', 'other results for the same images: is the difference real?')
    .addOption(
      new Option('--compat <package>', 'whose numbers to compute')
        .choices(['pycocotools', 'xtcocotools', 'mmpose'])
        .default('pycocotools'),
    )
    .addOption(
      new Option('--score-mode <mode>', 'how MMPose scores a person').choices([
        'bbox',
        'bbox_keypoint',
        'bbox_rle',
        'keypoint',
      ]),
    )
    .addOption(
      new Option('--nms <mode>', 'how MMPose thins out persons').choices([
        'oks_nms',
        'soft_oks_nms',
        'none',
      ]),
    )
    .addOption(
      new Option('--area <source>', 'the area of a person: its own, or 0.53 of its box')
        .choices(['annotation', 'box'])
        .default('annotation'),
    )
    .option('--area-range <name=low..high...>', 'score persons of these square pixels too')
    .option('--max-detections <n>', 'detections that count in an image', parseCount)
    .option('--sigmas <numbers>', 'spread of each joint, with commas between them')
    .option('--lenient', 'compute what pycocotools computes from NaN, id 0 and unknown images')
    .option('--bootstrap <n>', '95% intervals from so many samples of the images', parseCount)
    .option('--seed <n>', 'the same seed draws the same samples', parseSeed, 0)
    .option('--errors', 'jitter, inversions, swaps, misses …, and the AP that each costs')
    .option('--pck <threshold>', 'PCK, EPE, NME and AUC too', Number)
    .addOption(
      new Option('--pck-by <size>', 'what distances are divided by')
        .choices(['bbox', 'head', 'torso'])
        .default('bbox'),
    )
    .option('--pck-ends <from,to>', 'the joints that span the head or torso', parseEnds)
    .option('--per-image', 'with --json: every image by itself')
    .option('--html <file>', 'write a page with curves, errors and the worst cases')
    .option('--images <folder>', 'the photographs, to draw the worst cases on')
    .option('--json', 'print one JSON document')
    .action(async (options: EvaluationOptions) => {
      const { runEvaluation } = await import('../evaluation/run-evaluation.ts');
      const outcome = await runEvaluation(options);
      if (options.html !== undefined) {
        const { writeEvaluationPage } = await import('../evaluation/write-evaluation-page.ts');
        await writeEvaluationPage(outcome, options, options.html);
      }
      if (options.json === true) {
        const { evaluationJson } = await import('../evaluation/evaluation-json.ts');
        printJson(evaluationJson(outcome, { perImage: options.perImage === true }));
      } else {
        const { describeEvaluation } = await import('../evaluation/describe-evaluation.ts');
        process.stdout.write(`${describeEvaluation(outcome, options)}\n`);
      }
    });
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('Expected an integer > 0.');
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(seed)) return seed;
  throw new InvalidArgumentError('Expected an integer.');
}

function parseEnds(text: string): [string, string] {
  const [from, to, ...more] = text.split(',');
  if (from !== undefined && to !== undefined && more.length === 0) return [from, to];
  throw new InvalidArgumentError('Expected the names of two joints: head_top,neck.');
}
