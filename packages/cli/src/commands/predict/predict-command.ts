import type { Command } from 'commander';
import { toNumber, wholeNumber } from '../../options/option-values.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { counted } from '../../terminal/counted.ts';
import { printResult } from '../../terminal/print-result.ts';
import { LimberError } from '@limber/files';
import { namesVideo } from './names-video.ts';
import type { PredictOptions, PredictSummary } from './predict-options.ts';

/** `limber predict`: the poses of the persons in photographs, drawn and as files. */
export function addPredictCommand(program: Command): void {
  program
    .command('predict')
    .description(
      'find the joints of persons in images or videos: draws them, writes COCO results and CSV',
    )
    .requiredOption(
      '--weights <model>',
      'the folder of a trained model; or movenet-thunder or movenet-lightning, as published',
    )
    .argument('<images...>', 'files, folders (all images below them) or globs; or videos')
    .option('--boxes <coco.json>', 'where the persons are: a COCO file with images and boxes')
    .option('--whole-image', 'each image shows one person who fills it', false)
    .option(
      '--out <folder>',
      'the folder to write; one of earlier predictions is replaced',
      'predictions',
    )
    .option('--flip-test', 'average with the mirror image: twice the work, a little better', false)
    .option(
      '--min-person-score <s>',
      'without boxes: how sure the person detector must be, 0 to 1',
      toNumber,
      0.15,
    )
    .option('--min-joint-score <s>', 'joints below it are not drawn, 0 to 1', toNumber, 0.2)
    .option('--batch-size <n>', 'persons that go through the network at once', wholeNumber(1), 8)
    .option('--skip-bad-images', 'leave out what cannot be decoded, and say so', false)
    .option('--smooth', 'videos: smooth the joints of each person over time', false)
    .option('--data-parallel', 'divide the images among the tasks of srun', false)
    .addOption(jsonOption())
    .action(
      async (images: readonly string[], options: PredictOptions & { readonly json: boolean }) => {
        const isVideo = images.some(namesVideo);
        const summary = await predict(images, options);
        // the first of several processes says it
        if (summary === null) return;
        printResult(summary, {
          json: options.json,
          lines: ({ images: count, persons, skipped, out, files }) => [
            `${counted(persons, 'person')} in ${counted(count, isVideo ? 'frame' : 'image')}.`,
            ...skipped.map(({ file, reason }) => `left out: ${file}: ${reason}`),
            `${out}: ${files.join(', ')}, and the drawn ${isVideo ? 'videos in videos' : 'images in images'}/`,
          ],
        });
      },
    );
}

async function predict(
  words: readonly string[],
  options: PredictOptions,
): Promise<PredictSummary | null> {
  if (!words.some(namesVideo)) {
    const { predictImages } = await import('./predict-images.ts');
    return await predictImages(words, options);
  }
  const image = words.find((word) => !namesVideo(word));
  if (image !== undefined) {
    const what = 'images and videos at once';
    const fix = 'Predict them one after the other, each into an --out of its own.';
    throw new LimberError('invalid-argument', { where: image, what, fix });
  }
  const { predictVideos } = await import('./predict-videos.ts');
  return await predictVideos(words, options);
}
