import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { LimberError } from '@limber/files';
import { cocoSource } from './coco.ts';
import { groupBy } from '../building/group-by.ts';
import { coco } from './coco-folder.ts';
import type { Format } from './format.ts';
import type { Listing } from './listing.ts';
import type { ReadingAim, Source, SourceItem } from './source.ts';

const videoEnding = /\.(mp4|mov|m4v|avi|mkv|webm)$/i;

/**
 * A folder of videos and COCO keypoints of their frames. An image named `walk/000012.png` or `walk_000012.jpg` is a frame of
 * `walk.mp4`; frames count from 0 if any is numbered 0, else from 1. The system's `ffmpeg` takes them out, as PNG, while
 * the dataset is built. Each video is a group of its own.
 */
export const videoFrames: Format = {
  title: 'videos',
  looksLike: 'videos, and COCO keypoints of their frames',
  find: async (listing) => {
    const videos = listing.files.filter((file) => videoEnding.test(file));
    const annotations = videos.length === 0 ? [] : await coco.find(listing);
    return annotations;
  },
  async open(files, { listing, images, options }) {
    const videos = new Map(
      images.files
        .filter((file) => videoEnding.test(file))
        .map((file) => [posix.basename(file).replace(videoEnding, ''), file]),
    );
    const { skeleton, strict = false, split, groupField } = options;
    const sources: Source[] = [];
    for (const file of files) {
      const source = await cocoSource({
        annotations: listing.pathOf(file),
        images: () => (name) => name,
        strict,
        ...(skeleton && { joints: skeleton }),
        ...(split && { split }),
        ...(groupField === undefined ? {} : { groupField }),
      });
      sources.push({
        ...source,
        items: (aim) => withFrames(source, { images, videos, ...aim }),
      });
    }
    return { sources, decisions: [`${videos.size} videos, frames by ffmpeg`] };
  },
};

interface Videos extends ReadingAim {
  readonly images: Listing;
  /** The file of each video by its name without the ending. */
  readonly videos: ReadonlyMap<string, string>;
}

interface Frame {
  readonly item: SourceItem;
  readonly video: string;
  readonly number: number;
}

async function* withFrames(source: Source, videos: Videos): AsyncIterable<SourceItem> {
  const frames: Frame[] = [];
  for await (const item of source.items()) frames.push(frameOf(item, videos));
  const first = frames.some(({ number }) => number === 0) ? 0 : 1;
  for (const [video, own] of groupBy(frames, (frame) => frame.video)) {
    const ordered = own.toSorted((a, b) => a.number - b.number);
    const items = ordered.map(({ item }): SourceItem => ({
      ...item,
      fileName: item.fileName.replace(/\.[^./]+$/, '.png'),
      group: item.group ?? posix.basename(video),
      path: videos.images.pathOf(video),
    }));
    if (videos.annotationsOnly === true) {
      yield* items;
      continue;
    }
    const folder = await mkdtemp(join(tmpdir(), 'limber-frames-'));
    try {
      const wanted = ordered.map(({ number }) => number - first);
      const fault = await extractFrames(videos.images.pathOf(video), wanted, folder);
      for (const [index, item] of items.entries()) {
        const path = join(folder, `${String(index + 1).padStart(8, '0')}.png`);
        const bytes = await readFile(path).catch((cause: unknown) => fault ?? noFrame(item, cause));
        yield bytes instanceof LimberError ? { ...item, fault: bytes } : { ...item, bytes };
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function noFrame(item: SourceItem, cause: unknown): LimberError {
  const problem = {
    where: `${item.where}.file_name`,
    what: 'a frame that the video does not have',
    expected: 'a number up to its last frame',
    got: `"${item.fileName}"`,
  };
  return new LimberError('missing-file', problem, { cause });
}

function frameOf(item: SourceItem, { videos }: Videos): Frame {
  const [, stem = '', digits = ''] = /^(.*?)[/_\-.]?(\d+)\.[^./]+$/.exec(item.fileName) ?? [];
  const video = videos.get(posix.basename(stem)) ?? videos.get(stem);
  if (video !== undefined && digits !== '') return { item, video, number: Number(digits) };
  throw new LimberError('missing-file', {
    where: `${item.where}.file_name`,
    what: 'a frame of no video',
    expected: `the name of a video and a number, such as walk/000012.png, for one of ${[...videos.keys()].join(', ')}`,
    got: `"${item.fileName}"`,
  });
}

/**
 * Writes frames as `00000001.png`, …
 *
 * @param wanted - frames counted from 0, rising.
 * @returns why frames after some place are not there: a frame that cannot be decoded would shift the numbers of all
 * that follow, so it ends the video.
 */
async function extractFrames(
  video: string,
  wanted: readonly number[],
  folder: string,
): Promise<LimberError | undefined> {
  const chosen = runsOf(wanted).map(([first, last]) => `between(n\\,${first}\\,${last})`);
  const { code, errors } = await runFfmpeg([
    '-nostdin',
    '-v',
    'error',
    '-xerror',
    '-i',
    video,
    '-an',
    '-vf',
    `select=${chosen.join('+')}`,
    '-fps_mode',
    'passthrough',
    join(folder, '%08d.png'),
  ]);
  if (code === 0) return undefined;
  return new LimberError('invalid-image', {
    where: video,
    what: 'ffmpeg cannot read it',
    got: errors.trim().split('\n').at(-1) ?? `exit code ${code}`,
  });
}

/** Numbers without gaps as first and last: one term of an expression for many frames. */
function runsOf(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && number === run[1] + 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

async function runFfmpeg(
  parameters: readonly string[],
): Promise<{ readonly code: number | null; readonly errors: string }> {
  const child = spawn('ffmpeg', [...parameters], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk.toString('utf8')}`.slice(-4000);
  });
  return await new Promise((resolve, reject) => {
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const isMissing = cause.code === 'ENOENT';
      const problem = {
        where: 'ffmpeg',
        what: isMissing ? 'not installed' : 'cannot be started',
        expected: 'the program that takes frames out of videos',
        got: isMissing ? 'no such program in PATH' : String(cause),
        fix: 'Install it (apt install ffmpeg, brew install ffmpeg), or give the frames as images.',
      };
      reject(new LimberError('missing-file', problem, { cause }));
    });
    child.on('close', (code) => {
      resolve({ code, errors });
    });
  });
}
