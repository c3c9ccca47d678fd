import type { AreaRange } from '@limber/evaluator';
import type { Command } from 'commander';
import { Option } from 'commander';
import { expected, listOf, toNumber, toSize, wholeNumber } from '../../options/option-values.ts';
import { jsonOption, seedOption } from '../../options/shared-options.ts';
import { printJson, printLine } from '../../terminal/print-result.ts';
import type { EvaluationOptions } from './evaluation-options.ts';

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
      new Option(
        '--compat <package>',
        "whose numbers to compute (default: COCO's, with the sigmas of the dataset)",
      ).choices(['pycocotools', 'xtcocotools', 'mmpose']),
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
    .option('--input-size <height>x<width>', 'what MMPose widens boxes for (256x192)', toSize)
    .addOption(
      new Option('--area <source>', 'the area of a person: its own, or 0.53 of its box')
        .choices(['annotation', 'box', 'annotation-or-box'])
        .default('annotation'),
    )
    .option(
      '--area-range <name=low..high...>',
      'score persons of these square pixels too',
      addAreaRange,
    )
    .option('--max-detections <n>', 'detections that count in an image', wholeNumber(1))
    .option('--sigmas <n,n,...>', 'spread of each joint', listOf(toNumber))
    .option('--skeleton <file>', 'a category as JSON: keypoints, and sigmas, pairs and limbs')
    .option('--lenient', 'compute what pycocotools computes from NaN, id 0 and unknown images')
    .option('--bootstrap <n>', '95% intervals from so many samples of the images', wholeNumber(1))
    .addOption(seedOption('samples', 0))
    .option('--errors', 'jitter, inversions, swaps, misses …, and the AP that each costs')
    .option('--pck <threshold>', 'PCK, EPE, NME and AUC too', toNumber)
    .addOption(
      new Option('--pck-by <size>', 'what distances are divided by')
        .choices(['bbox', 'head', 'torso'])
        .default('bbox'),
    )
    .option('--pck-ends <from,to>', 'the joints that span the head or torso', toEnds)
    .option('--per-image', 'with --json: every image by itself', false)
    .option('--html <file>', 'write a page with curves, errors and the worst cases')
    .option('--images <folder>', 'the photographs, to draw the worst cases on')
    .addOption(jsonOption())
    .action(async (options: EvaluationOptions) => {
      const { runEvaluation } = await import('./run-evaluation.ts');
      const outcome = await runEvaluation(options);
      if (options.html !== undefined) {
        const { writeEvaluationPage } = await import('./evaluation-page.ts');
        await writeEvaluationPage(options.html, outcome, options);
      }
      if (options.json) {
        const { evaluationJson } = await import('./evaluation-json.ts');
        printJson(evaluationJson(outcome, options));
      } else {
        const { describeEvaluation } = await import('./describe-evaluation.ts');
        printLine(describeEvaluation(outcome, options));
        if (options.html !== undefined) printLine(`Page: ${options.html}`);
      }
    });
}

function addAreaRange(text: string, before: readonly AreaRange[] = []): AreaRange[] {
  const match = /^(?<name>[\w-]+)=(?<low>[\d.e+]+)\.\.(?<high>[\d.e+]+)$/.exec(text);
  if (match === null) throw expected('name=low..high, such as small=0..1024', text);
  const { name, low, high } = match.groups!;
  return [...before, { name: name!, low: Number(low), high: Number(high) }];
}

function toEnds(text: string): [string, string] {
  const [from, to, ...more] = text.split(',');
  if (from !== undefined && to !== undefined && more.length === 0) return [from, to];
  throw expected('the names of two joints such as head_top,neck', text);
}
