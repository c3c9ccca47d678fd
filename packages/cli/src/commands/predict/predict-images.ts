import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Pixels } from '@limber/dataset-loader';
import { decodeUpright } from '@limber/dataset-loader';
import { createProgressWriter, LimberError, mapInOrder } from '@limber/files';
import type { PersonBoxes } from '@limber/pose-trainer';
import { withDividedFolder } from '../../ranks/divided-folder.ts';
import { isFirst, openAsRank } from '../../ranks/open-as-rank.ts';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { Interrupted } from '../../terminal/interrupted.ts';
import { readBoxes } from './boxes-file.ts';
import { drawPrediction } from './draw-prediction.ts';
import type { ImageFile } from './image-files.ts';
import { findImages } from './image-files.ts';
import { openPredictor } from './open-predictor.ts';
import type { PredictOptions, PredictSummary } from './predict-options.ts';
import type { ImagePrediction } from './prediction-files.ts';
import { earlierPredictions, writeTables } from './write-tables.ts';

const imagesAhead = 3;

/**
 * Finds the joints of every person in some images, and writes `results.json` (COCO results),
 * `images.json` (which image has which id), `keypoints.csv` and the drawn images. The folder appears
 * whole or not at all.
 *
 * @param patterns - files, folders or globs.
 * @returns null in a process that does its part for another one.
 * @throws {LimberError} for what is missing or wrong, naming it.
 */
export async function predictImages(
  patterns: readonly string[],
  options: PredictOptions,
): Promise<PredictSummary | null> {
  if (options.wholeImage && options.boxes !== undefined) {
    const what = '--boxes and --whole-image say two things about where the persons are';
    throw new LimberError('invalid-argument', { what, fix: 'Leave one of them out.' });
  }
  const signal = abortOnSignals();
  const known = options.boxes === undefined ? undefined : await readBoxes(options.boxes);
  const files = await findImages(patterns, known?.imageIds);
  const boxesOf = (file: ImageFile): PersonBoxes | undefined =>
    options.wholeImage ? 'whole-image' : known?.boxesOf(file);
  const place = openAsRank(options);
  const predictor = await openPredictor(options, place);
  const { skeleton } = predictor;
  try {
    return await withDividedFolder<ImageFile, ImagePrediction | Skipped, PredictSummary>(
      options.out,
      {
        inputs: files,
        place,
        signal,
        replaceable: earlierPredictions,
        work: async (staging, part) => {
          const done: (ImagePrediction | Skipped)[] = [];
          for await (const read of readAhead(part, options, { isShown: isFirst(place) })) {
            if (signal.aborted) throw new Interrupted(signal);
            if ('reason' in read) {
              done.push({ file: read.file.path, reason: read.reason });
              continue;
            }
            const { file, pixels } = read;
            const poses = await predictor.predict(pixels, boxesOf(file));
            done.push({ ...file, ...pixels.size, poses });
            const target = join(staging, 'images', file.drawnName);
            await mkdir(dirname(target), { recursive: true });
            const drawn = drawPrediction({ pixels, skeleton }, poses, options.minJointScore);
            await drawn.jpeg({ quality: 90 }).toFile(target);
          }
          return done;
        },
        finish: (staging, all) => {
          const skipped = all.flatMap((one) => ('reason' in one ? [one] : []));
          const done = all.flatMap((one) => ('reason' in one ? [] : [one]));
          return writeTables(staging, done, { ...options, skipped, skeleton });
        },
      },
    );
  } finally {
    predictor.dispose();
  }
}

/** An image that was left out. */
type Skipped = PredictSummary['skipped'][number];

type ReadImage =
  | { readonly file: ImageFile; readonly pixels: Pixels }
  | { readonly file: ImageFile; readonly reason: string };

/** Decodes the next images while the network looks at one, and shows how far it is. */
async function* readAhead(
  files: readonly ImageFile[],
  { skipBadImages }: Pick<PredictOptions, 'skipBadImages'>,
  { isShown }: { readonly isShown: boolean },
): AsyncGenerator<ReadImage> {
  const progress = createProgressWriter(process.stderr);
  const read = async (file: ImageFile): Promise<ReadImage> => {
    try {
      return { file, pixels: await decodeUpright(await readFile(file.path)) };
    } catch (cause) {
      const reason = (cause as Error).message;
      if (skipBadImages) return { file, reason };
      const what = 'not a readable image';
      const expected = 'a complete JPEG, PNG, WebP, AVIF, TIFF or GIF';
      const fix = 'Pass --skip-bad-images to leave such images out.';
      const problem = { where: file.path, what, expected, got: reason, fix };
      throw new LimberError('invalid-image', problem, { cause });
    }
  };
  let done = 0;
  try {
    for await (const image of mapInOrder(files, { concurrency: imagesAhead }, read)) {
      yield image;
      done += 1;
      const amount = { done, total: files.length, unit: 'items' } as const;
      if (isShown) progress.report({ message: 'Predicting', amount });
    }
  } finally {
    progress.end();
  }
}
