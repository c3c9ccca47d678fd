import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { createProgressWriter, LimberError, withStagingFolder } from '@limber/files';
import type { Predictor } from '@limber/pose-trainer';
import { createPoseTracker, defaultSmoothing } from '@limber/pose-trainer';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { Interrupted } from '../../terminal/interrupted.ts';
import { drawPrediction } from './draw-prediction.ts';
import { probeVideo } from './ffmpeg.ts';
import { openPredictor } from './open-predictor.ts';
import type { PredictOptions, PredictSummary } from './predict-options.ts';
import type { ImagePrediction } from './prediction-files.ts';
import type { VideoWriter } from './video-frames.ts';
import { createVideoWriter, readFrames } from './video-frames.ts';
import { earlierPredictions, writeTables } from './write-tables.ts';

/**
 * Finds the joints of every person in every frame of some videos, and follows the persons. Writes `results.json` (COCO
 * results, an image a frame, with `track_id`), `images.json`, `keypoints.csv` and the videos with the poses drawn in. The
 * folder appears whole or not at all.
 *
 * @throws {LimberError} for what is missing or wrong, naming it.
 */
export async function predictVideos(
  files: readonly string[],
  options: PredictOptions,
): Promise<PredictSummary> {
  if (options.boxes !== undefined) {
    const what = '--boxes names images, and not frames of videos';
    throw new LimberError('invalid-argument', { what, fix: 'Leave it out, or give images.' });
  }
  const signal = abortOnSignals();
  const predictor = await openPredictor(options);
  try {
    return await withStagingFolder(
      options.out,
      async (staging) => {
        const folder = join(staging, 'videos');
        await mkdir(folder);
        const frames: ImagePrediction[] = [];
        for (const [index, file] of files.entries()) {
          const name = uniqueName(index, files);
          const work = { file, name, folder, predictor, options, signal };
          for await (const frame of predictVideo(work)) {
            frames.push({ ...frame, imageId: frames.length + 1 });
          }
        }
        const { skeleton } = predictor;
        return await writeTables(staging, frames, { out: options.out, skipped: [], skeleton });
      },
      { replaceable: earlierPredictions },
    );
  } finally {
    predictor.dispose();
  }
}

interface VideoWork {
  readonly file: string;
  readonly name: string;
  /** Where the drawn video goes. */
  readonly folder: string;
  readonly predictor: Predictor;
  readonly options: PredictOptions;
  readonly signal: AbortSignal;
}

/** The frames of one video, which is drawn on the way. */
async function* predictVideo(work: VideoWork): AsyncGenerator<Omit<ImagePrediction, 'imageId'>> {
  const { file, name, folder, predictor, options, signal } = work;
  const { framesPerSecond, frames: expected = 0 } = await probeVideo(file);
  const { skeleton } = predictor;
  const smoothing = options.smooth ? defaultSmoothing : null;
  const track = createPoseTracker({ skeleton, smoothing });
  const progress = createProgressWriter(process.stderr);
  let writer: VideoWriter | undefined;
  let number = 0;
  try {
    for await (const pixels of readFrames(file, framesPerSecond)) {
      if (signal.aborted) throw new Interrupted(signal);
      const seconds = number / framesPerSecond;
      const boxes = options.wholeImage ? 'whole-image' : undefined;
      const poses = track(await predictor.predict(pixels, boxes), seconds);
      const { size } = pixels;
      writer ??= createVideoWriter(join(folder, `${name}.mp4`), { size, framesPerSecond });
      const drawn = drawPrediction({ pixels, skeleton }, poses, options.minJointScore);
      await writer.write(await drawn.raw().toBuffer());
      yield {
        name: `${name}/${String(number + 1).padStart(6, '0')}.png`,
        ...size,
        poses,
        frame: { number, seconds },
      };
      number += 1;
      const amount = { done: number, total: Math.max(number, expected), unit: 'items' } as const;
      progress.report({ message: `Predicting ${name}`, amount });
    }
    if (writer === undefined) {
      throw new LimberError('invalid-image', { where: file, what: 'a video without frames' });
    }
    await writer.end();
  } finally {
    writer?.abandon();
    progress.end();
  }
}

/** The file's name without its ending; numbered if another one before has it. */
function uniqueName(index: number, files: readonly string[]): string {
  const names = files.map((file) => basename(file, extname(file)));
  const before = names.slice(0, index).filter((name) => name === names[index]).length;
  return before === 0 ? names[index]! : `${names[index]!}-${before + 1}`;
}
