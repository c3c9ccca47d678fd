import type { Part } from '@limber/files';
import { mapInOrder, rangeOfPart } from '@limber/files';
import { createRandom } from '@limber/keypoints';
import { join } from 'node:path';
import { Tinypool } from 'tinypool';
import { listBackgrounds } from '../scenes/list-backgrounds.ts';
import { keepClip } from './keep-clip.ts';
import type { ClipTask } from './render-worker.ts';
import type { RenderedFrame } from './render-clip.ts';
import { renderClip } from './render-clip.ts';
import type { SceneOptions } from './scene-options.ts';
import { fillSceneOptions, outOfRange } from './scene-options.ts';

/** How many clips are rendered, of how many frames, and from which seed. */
export interface SyntheticOptions extends SceneOptions {
  /** Everything is drawn from it: the same seed gives the same bytes. */
  readonly seed: number;
  /** How many clips: each one is another person, camera, light and room. */
  readonly clips: number;
  readonly framesPerClip: number;
  /** Which of `count` parts of the clips is rendered, from 0: the parts one after another are all clips. By default all are. */
  readonly part?: Part;
  /** A folder of photographs: three of four clips have one of them behind the people instead of a room that is drawn. */
  readonly backgrounds?: string;
  /** Threads that render beside this one; 0 renders in this one. The bytes do not depend on it. */
  readonly workers?: number;
}

/** How rendering is ended, and what it goes on from. */
export interface RenderControl {
  /** Once it is aborted, rendering ends within a frame and throws its reason: an `AbortError`. */
  readonly signal?: AbortSignal;
  /** A folder that rendered clips are kept in until all are done: what is there of the same options is not rendered again. */
  readonly workDir?: string;
}

export interface RenderedClip {
  /** Such as `clip-0001`. */
  readonly name: string;
  readonly frames: readonly RenderedFrame[];
}

/** How many clips have a photograph behind the people, where there are any. */
const photographShare = 0.75;

/**
 * Renders clips and hands them over in order, a few ahead of the one asked for.
 *
 * @throws {LimberError} `invalid-argument` for a count, share or seed out of its range; the reason of `signal`.
 */
export async function* renderClips(
  options: SyntheticOptions & RenderControl,
): AsyncGenerator<RenderedClip> {
  checkCounts(options);
  const shares = fillSceneOptions(options);
  const { seed, framesPerClip, workers = 0, signal, workDir } = options;
  const clips = clipsOf(options);
  const photographs =
    options.backgrounds === undefined ? [] : await listBackgrounds(options.backgrounds);
  const pool = workers > 0 ? createPool(Math.min(workers, clips.length)) : null;
  const render = async (clip: number): Promise<RenderedClip> => {
    const key = { seed, clip, shares };
    const background = pickBackground(photographs, seed, clip);
    const task: ClipTask = { key, framesPerClip, background };
    const name = `clip-${pad(clip + 1)}`;
    signal?.throwIfAborted();
    const frames = await keepClip(workDir && join(workDir, name), task, () =>
      pool === null
        ? renderClip(key, { frameCount: framesPerClip, background, signal })
        : (pool.run(task, signal === undefined ? {} : { signal }) as Promise<RenderedFrame[]>),
    ).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    return { name, frames };
  };
  const concurrency = pool === null ? 1 : workers * 2;
  try {
    yield* mapInOrder(clips, { concurrency }, render);
  } finally {
    await pool?.destroy();
  }
}

/** The numbers of the clips that are rendered, from 0. */
export function clipsOf({
  clips,
  part = { index: 0, count: 1 },
}: Pick<SyntheticOptions, 'clips' | 'part'>): number[] {
  const [first, end] = rangeOfPart(clips, part);
  return Array.from({ length: end - first }, (_, at) => first + at);
}

/** Counts from 1, with leading zeros so that names sort as numbers do. */
export function pad(number: number): string {
  return String(number).padStart(4, '0');
}

function pickBackground(photographs: readonly string[], seed: number, clip: number): string | null {
  const random = createRandom(seed, 'photograph', clip);
  return photographs.length > 0 && random.chance(photographShare) ? random.pick(photographs) : null;
}

function createPool(threads: number): Tinypool {
  // threads load the built file: Node cannot run TypeScript there
  const filename = new URL('./render-worker.js', import.meta.url).href;
  // nor do they inherit import conditions by which this thread resolves packages to TypeScript
  return new Tinypool({ filename, minThreads: threads, maxThreads: threads, execArgv: [] });
}

function checkCounts({ seed, clips, framesPerClip, part, workers = 0 }: SyntheticOptions): void {
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
  const isThreads = Number.isInteger(workers) && workers >= 0;
  if (!Number.isSafeInteger(seed)) throw outOfRange('seed', 'an integer', seed);
  if (!isCount(clips)) throw outOfRange('clips', 'an integer from 1', clips);
  if (!isCount(framesPerClip)) {
    throw outOfRange('framesPerClip', 'an integer from 1', framesPerClip);
  }
  const { index, count } = part ?? { index: 0, count: 1 };
  const isPart = isCount(count) && isCount(index + 1) && index < count && count <= clips;
  if (!isPart) {
    throw outOfRange('part', 'an index below a count of at most all clips', `${index} of ${count}`);
  }
  if (!isThreads) throw outOfRange('workers', 'an integer from 0', workers);
}
