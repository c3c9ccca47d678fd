import { basename, dirname, join, resolve } from 'node:path';
import { createProgressWriter } from '@limber/files';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { LabelOptions, LabelSummary } from '../../labelling/label-options.ts';
import { correctionTools } from '../../labelling/label-options.ts';
import { toNumber } from '../../options/option-values.ts';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { Interrupted } from '../../terminal/interrupted.ts';
import { counted } from '../../terminal/counted.ts';
import { printResult } from '../../terminal/print-result.ts';

type LabelCommandOptions = Omit<LabelOptions, 'workDir' | 'signal' | 'onProgress' | 'onNotice'> &
  JsonOption;

/** `limber dataset label` */
export function addLabelCommand(dataset: Command): void {
  dataset
    .command('label')
    .description(
      'label images or videos with a model: a COCO dataset that says so, or files for people to correct',
    )
    .argument('<images...>', 'files, folders (all images below them) or globs; and videos')
    .requiredOption(
      '--teacher <model>',
      'movenet, movenet-lightning, or the folder of a model or run of your own',
    )
    .option('--out <folder>', 'the folder to write', 'labelled')
    .option(
      '--min-score <s>',
      '0 to 1: joints below it get no label; persons whose joints are below it on average are left out',
      toNumber,
      0.3,
    )
    .addOption(
      new Option(
        '--to <tool>',
        'send images with a person below --min-score on average, or with nobody, to a tool for correction',
      ).choices(correctionTools),
    )
    .option('--boxes <coco.json>', 'where the persons are: a COCO file with images and boxes')
    .option('--whole-image', 'each image shows one person who fills it', false)
    .option(
      '--min-person-score <s>',
      'without boxes: how sure the person detector must be, 0 to 1',
      toNumber,
      0.15,
    )
    .option('--frames-per-second <n>', 'of videos: how many are labelled', toNumber, 2)
    .option('--skip-bad-images', 'leave out what cannot be decoded, and say so', false)
    .addOption(jsonOption())
    .action(label);
}

async function label(words: readonly string[], options: LabelCommandOptions): Promise<void> {
  const { json, ...labelling } = options;
  const { labelDataset } = await import('../../labelling/label-dataset.ts');
  const target = resolve(options.out);
  const signal = abortOnSignals();
  const progress = createProgressWriter(process.stderr);
  const summary = await labelDataset(words, {
    ...labelling,
    workDir: join(dirname(target), `.${basename(target)}.labelling`),
    signal,
    onNotice: (line) => void process.stderr.write(`${line}\n`),
    onProgress: (amount) => {
      progress.report({ message: 'Labelling', amount: { ...amount, unit: 'items' } });
    },
  })
    .catch((error: unknown) => {
      if (!signal.aborted) throw error;
      throw new Interrupted(signal, 'Interrupted: the same command goes on from here.');
    })
    .finally(() => progress.end());
  printResult(summary, { json, lines: (result) => describe(result, options) });
}

/** What to do with the file of labels; what lies beside it is written by the same writers. */
const correctIn: Readonly<Record<NonNullable<LabelOptions['to']>, (file: string) => string>> = {
  'label-studio': (file) =>
    `import ${file} into Label Studio; the labelling interface is config.xml beside it`,
  cvat: (file) =>
    `upload ${file} to CVAT as "CVAT 1.1", into a task whose labels are labels.json beside it`,
};

function describe(summary: LabelSummary, { to, minScore }: LabelCommandOptions): readonly string[] {
  const { teacher, images, persons, joints, personsLeftOut, imagesToCorrect, skipped } = summary;
  const { dataset, correction } = summary;
  const kept = images - imagesToCorrect;
  const all = joints.labelled + joints.leftOut;
  return [
    ...skipped.map(({ file, reason }) => `left out: ${file}: ${reason}`),
    `${counted(persons, 'person')} in ${counted(kept, 'image')} labelled by ${teacher}; every label says so.`,
    ...(joints.leftOut + personsLeftOut > 0
      ? [
          `Left out, below a score of ${minScore} or outside the image: ${joints.leftOut} of ${all} joints, and ${counted(personsLeftOut, 'more person')}.`,
        ]
      : []),
    ...(to === undefined
      ? []
      : [
          correction === null
            ? 'Nobody is uncertain, so there is nothing to correct: a higher --min-score sends more.'
            : `${counted(imagesToCorrect, 'image')} with an uncertain person, or nobody: ${correctIn[to](correction)}.`,
        ]),
    ...(dataset === null ? [] : [`${dataset}: annotations.json, and the images in images/`]),
  ];
}
