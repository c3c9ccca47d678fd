import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Pixels } from '@limber/dataset-loader';
import { decodeUpright } from '@limber/dataset-loader';
import { createProgressWriter, LimberError, mapInOrder, withStagingFolder } from '@limber/files';
import type { PersonBoxes } from '@limber/pose-trainer';
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
 * @throws {LimberError} for what is missing or wrong, naming it.
 */
export async function predictImages(
  patterns: readonly string[],
  options: PredictOptions,
): Promise<PredictSummary> {
  if (options.wholeImage && options.boxes !== undefined) {
    const what = '--boxes and --whole-image say two things about where the persons are';
    throw new LimberError('invalid-argument', { what, fix: 'Leave one of them out.' });
  }
  const signal = abortOnSignals();
  const known = options.boxes === undefined ? undefined : await readBoxes(options.boxes);
  const files = await findImages(patterns, known?.imageIds);
  const boxesOf = (file: ImageFile): PersonBoxes | undefined =>
    options.wholeImage ? 'whole-image' : known?.boxesOf(file);
  const predictor = await openPredictor(options);
  const skipped: { file: string; reason: string }[] = [];
  try {
    return await withStagingFolder(
      options.out,
      async (staging) => {
        const done: ImagePrediction[] = [];
        for await (const read of readAhead(files, options)) {
          if (signal.aborted) throw new Interrupted(signal);
          if ('reason' in read) {
            skipped.push({ file: read.file.path, reason: read.reason });
            continue;
          }
          const { file, pixels } = read;
          const poses = await predictor.predict(pixels, boxesOf(file));
          done.push({ ...file, ...pixels.size, poses });
          const image = { pixels, skeleton: predictor.skeleton };
          const target = join(staging, 'images', file.drawnName);
          await mkdir(dirname(target), { recursive: true });
          const drawn = drawPrediction(image, poses, options.minJointScore);
          await drawn.jpeg({ quality: 90 }).toFile(target);
        }
        return await writeTables(staging, done, {
          ...options,
          skipped,
          skeleton: predictor.skeleton,
        });
      },
      { replaceable: earlierPredictions },
    );
  } finally {
    predictor.dispose();
  }
}

type ReadImage =
  | { readonly file: ImageFile; readonly pixels: Pixels }
  | { readonly file: ImageFile; readonly reason: string };

/** Decodes the next images while the network looks at one, and shows how far it is. */
async function* readAhead(
  files: readonly ImageFile[],
  { skipBadImages }: Pick<PredictOptions, 'skipBadImages'>,
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
      progress.report({ message: 'Predicting', amount });
    }
  } finally {
    progress.end();
  }
}
