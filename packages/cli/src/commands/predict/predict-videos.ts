import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { createProgressWriter, LimberError } from '@limber/files';
import type { Predictor } from '@limber/pose-trainer';
import { createPoseTracker, defaultSmoothing } from '@limber/pose-trainer';
import { withDividedFolder } from '../../ranks/divided-folder.ts';
import { isFirst, openAsRank } from '../../ranks/open-as-rank.ts';
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
 * @returns null in a process that does its part for another one.
 * @throws {LimberError} for what is missing or wrong, naming it.
 */
export async function predictVideos(
  files: readonly string[],
  options: PredictOptions,
): Promise<PredictSummary | null> {
  if (options.boxes !== undefined) {
    const what = '--boxes names images, and not frames of videos';
    throw new LimberError('invalid-argument', { what, fix: 'Leave it out, or give images.' });
  }
  const signal = abortOnSignals();
  const place = openAsRank(options);
  const predictor = await openPredictor(options, place);
  const inputs = files.map((file, index) => ({ file, name: uniqueName(index, files) }));
  try {
    return await withDividedFolder<(typeof inputs)[number], VideoFrame[], PredictSummary>(
      options.out,
      {
        inputs,
        place,
        signal,
        replaceable: earlierPredictions,
        work: async (staging, part) => {
          const folder = join(staging, 'videos');
          await mkdir(folder, { recursive: true });
          const videos: VideoFrame[][] = [];
          for (const video of part) {
            const frames: VideoFrame[] = [];
            const work = { ...video, folder, predictor, options, signal, isShown: isFirst(place) };
            for await (const frame of predictVideo(work)) frames.push(frame);
            videos.push(frames);
          }
          return videos;
        },
        finish: (staging, videos) => {
          const frames = videos.flat().map((frame, at) => ({ ...frame, imageId: at + 1 }));
          const { skeleton } = predictor;
          return writeTables(staging, frames, { out: options.out, skipped: [], skeleton });
        },
      },
    );
  } finally {
    predictor.dispose();
  }
}

/** What was found in a frame of a video. */
type VideoFrame = Omit<ImagePrediction, 'imageId'>;

interface VideoWork {
  readonly file: string;
  readonly name: string;
  /** Where the drawn video goes. */
  readonly folder: string;
  readonly predictor: Predictor;
  readonly options: PredictOptions;
  readonly signal: AbortSignal;
  /** Whether its progress is shown. */
  readonly isShown: boolean;
}

/** The frames of one video, which is drawn on the way. */
async function* predictVideo(work: VideoWork): AsyncGenerator<VideoFrame> {
  const { file, name, folder, predictor, options, signal, isShown } = work;
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
      if (isShown) progress.report({ message: `Predicting ${name}`, amount });
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
