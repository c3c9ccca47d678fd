import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LimberError, withStagingFolder } from '@limber/files';
import type { Skeleton } from '@limber/keypoints';
import type { PersonBoxes, Predictor } from '@limber/pose-trainer';
import { openPredictor } from '../commands/predict/open-predictor.ts';
import { readBoxes } from '../commands/predict/boxes-file.ts';
import type { ImageFile } from '../commands/predict/image-files.ts';
import { findImages } from '../commands/predict/image-files.ts';
import { namesVideo } from '../commands/predict/names-video.ts';
import type { LabelledItem } from './find-poses.ts';
import { findInImages, findInVideo } from './find-poses.ts';
import { openLabelJournal } from './label-journal.ts';
import type { LabelOptions, LabelSummary } from './label-options.ts';
import type { Teacher } from './teacher.ts';
import { findTeacher } from './teacher.ts';
import type { ImageLabels } from './to-labels.ts';
import { toLabels } from './to-labels.ts';
import { writeLabelled } from './write-labelled.ts';

/**
 * Labels images and videos with a model, as a COCO dataset whose labels say which model made them: `annotations.json` and
 * `images/`. With `to`, images with something uncertain go to a tool instead, into `correct/`, and the others into
 * `certain/`. Interrupted, the next call with the same `workDir` asks the model about the rest only.
 *
 * @param words - images, folders (all images below them), globs, and videos.
 * @throws {LimberError} for what is missing or wrong, naming it; the reason of the signal.
 */
export async function labelDataset(
  words: readonly string[],
  options: LabelOptions,
): Promise<LabelSummary> {
  refuseContradiction(words, options);
  const teacher = await findTeacher(options.teacher);
  const { out, workDir, signal } = options;
  const summary = await withStagingFolder(
    out,
    async (staging) => {
      const { items, skipped, skeleton } = await findAll(words, teacher, options);
      return { ...(await write(items, { staging, skeleton, teacher, options })), skipped };
    },
    { signal },
  );
  await rm(workDir, { recursive: true, force: true });
  return summary;
}

function refuseContradiction(words: readonly string[], options: LabelOptions): void {
  const { boxes, wholeImage } = options;
  if (boxes === undefined) return;
  const video = words.find(namesVideo);
  if (!wholeImage && video === undefined) return;
  const what = wholeImage
    ? '--boxes and --whole-image say two things about where the persons are'
    : '--boxes names images, and not frames of videos';
  throw new LimberError('invalid-argument', { what, fix: 'Leave one of them out.' });
}

interface Found {
  readonly items: readonly LabelledItem[];
  readonly skipped: LabelSummary['skipped'];
  readonly skeleton: Skeleton;
}

async function findAll(
  words: readonly string[],
  teacher: Teacher,
  options: LabelOptions,
): Promise<Found> {
  const { boxes, wholeImage, minPersonScore, workDir, signal, onProgress } = options;
  const known = boxes === undefined ? undefined : await readBoxes(boxes);
  const videos = words.filter(namesVideo);
  const named = words.filter((word) => !namesVideo(word));
  const files = named.length === 0 ? [] : await findImages(named, known?.imageIds);
  const boxesOf = (file: ImageFile): PersonBoxes | undefined =>
    wholeImage ? 'whole-image' : known?.boxesOf(file);
  const identity = {
    version: 1,
    teacher: teacher.name,
    persons: wholeImage
      ? 'whole-image'
      : boxes === undefined
        ? minPersonScore
        : createHash('sha256')
            .update(await readFile(boxes))
            .digest('hex'),
  };
  const journal = await openLabelJournal(workDir, identity);
  if (journal.notice !== null) options.onNotice(journal.notice);
  const predictor = await openPredictor({ ...options, weights: teacher.weights });
  const predict: Predictor['predict'] = (image, where) => predictor.predict(image, where);
  const finding = { journal, predict, signal };
  const items: LabelledItem[] = [];
  const skipped: { file: string; reason: string }[] = [];
  const total = videos.length === 0 ? files.length : null;
  const take = (item: LabelledItem | (typeof skipped)[number]): void => {
    if ('reason' in item) skipped.push(item);
    else items.push(item);
    onProgress({ done: items.length + skipped.length, total });
  };
  try {
    for await (const item of findInImages(files, finding, { ...options, boxesOf })) take(item);
    for (const [index, video] of videos.entries()) {
      const frames = findInVideo(video, finding, {
        framesPerSecond: options.framesPerSecond,
        framesFolder: join(workDir, 'frames', `${index}`),
        boxes: wholeImage ? 'whole-image' : undefined,
      });
      for await (const item of frames) take(item);
    }
    return { items, skipped, skeleton: predictor.skeleton };
  } finally {
    predictor.dispose();
    await journal.close();
  }
}

interface Writing {
  readonly staging: string;
  readonly skeleton: Skeleton;
  readonly teacher: Teacher;
  readonly options: LabelOptions;
}

async function write(
  items: readonly LabelledItem[],
  { staging, skeleton, teacher, options }: Writing,
): Promise<Omit<LabelSummary, 'skipped'>> {
  const { to, out, minScore } = options;
  const labelled = items.map((item) => ({
    item,
    labels: toLabels(item, { minScore, teacher: teacher.name, skeleton }),
  }));
  const isSent = ({ labels }: { labels: ImageLabels }): boolean =>
    to !== undefined && labels.isUncertain;
  const kept = labelled.filter((one) => !isSent(one));
  const sent = labelled.filter(isSent);
  const certainFolder = to === undefined ? '' : 'certain';
  if (kept.length > 0) {
    const images = kept.map(({ item, labels }) => ({ item, persons: labels.certain }));
    const folder = join(staging, certainFolder);
    await writeLabelled(images, skeleton, { folder, to: 'coco' });
  }
  let correction: string | null = null;
  if (to !== undefined && sent.length > 0) {
    const images = sent.map(({ item, labels }) => ({ item, persons: labels.all }));
    const file = await writeLabelled(images, skeleton, { folder: join(staging, 'correct'), to });
    correction = join(out, 'correct', file);
  }
  const persons = kept.flatMap(({ labels }) => labels.certain);
  const count = persons.reduce((sum, { num_keypoints }) => sum + num_keypoints, 0);
  return {
    teacher: teacher.name,
    images: items.length,
    persons: persons.length,
    joints: { labelled: count, leftOut: persons.length * skeleton.keypoints.length - count },
    personsLeftOut: kept.reduce((sum, { labels }) => sum + labels.personsLeftOut, 0),
    imagesToCorrect: sent.length,
    dataset: kept.length > 0 ? join(out, certainFolder) : null,
    correction,
  };
}
