import { LimberError, mapInOrder } from '@limber/files';
import { join } from 'node:path';
import { Tinypool } from 'tinypool';
import { keepClip } from './keep-clip.ts';
import type { ClipTask } from './render-worker.ts';
import type { RenderedFrame } from './render-clip.ts';
import { renderClip } from './render-clip.ts';

/** How many clips are rendered, of how many frames, and from which seed. */
export interface SyntheticOptions {
  /** Everything is drawn from it: the same seed gives the same bytes. */
  readonly seed: number;
  /** How many clips: each one is another person, camera, light and room. */
  readonly clips: number;
  readonly framesPerClip: number;
  /** Share of the clips in which somebody stands instead of squatting, 0 to 1. */
  readonly standingShare?: number;
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

/**
 * Renders clips and hands them over in order, a few ahead of the one asked for.
 *
 * @throws {LimberError} `invalid-argument` for a count, share or seed out of its range; the reason of `signal`.
 */
export async function* renderClips(
  options: SyntheticOptions & RenderControl,
): AsyncGenerator<RenderedClip> {
  checkOptions(options);
  const { seed, clips, framesPerClip, standingShare = 0.2, workers = 0 } = options;
  const { signal, workDir } = options;
  const pool = workers > 0 ? createPool(Math.min(workers, clips)) : null;
  const render = async (clip: number): Promise<RenderedClip> => {
    const task: ClipTask = { key: { seed, clip, standingShare }, framesPerClip };
    const name = `clip-${pad(clip + 1)}`;
    signal?.throwIfAborted();
    const frames = await keepClip(workDir && join(workDir, name), task, () =>
      pool === null
        ? renderClip(task.key, framesPerClip, signal)
        : (pool.run(task, signal === undefined ? {} : { signal }) as Promise<RenderedFrame[]>),
    ).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    return { name, frames };
  };
  const concurrency = pool === null ? 1 : workers * 2;
  try {
    yield* mapInOrder(Array(clips).keys(), { concurrency }, render);
  } finally {
    await pool?.destroy();
  }
}

/** Counts from 1, with leading zeros so that names sort as numbers do. */
export function pad(number: number): string {
  return String(number).padStart(4, '0');
}

function createPool(threads: number): Tinypool {
  // threads load the built file: Node cannot run TypeScript there
  const filename = new URL('./render-worker.js', import.meta.url).href;
  // nor do they inherit import conditions by which this thread resolves packages to TypeScript
  return new Tinypool({ filename, minThreads: threads, maxThreads: threads, execArgv: [] });
}

function checkOptions(options: SyntheticOptions): void {
  const { seed, clips, framesPerClip, standingShare = 0, workers = 0 } = options;
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
  const isShare = standingShare >= 0 && standingShare <= 1;
  const isThreads = Number.isInteger(workers) && workers >= 0;
  const rules = [
    { name: 'seed', got: seed, isMet: Number.isSafeInteger(seed), expected: 'an integer' },
    { name: 'clips', got: clips, isMet: isCount(clips), expected: 'an integer from 1' },
    {
      name: 'framesPerClip',
      got: framesPerClip,
      isMet: isCount(framesPerClip),
      expected: 'an integer from 1',
    },
    {
      name: 'standingShare',
      got: standingShare,
      isMet: isShare,
      expected: 'a number from 0 to 1',
    },
    { name: 'workers', got: workers, isMet: isThreads, expected: 'an integer from 0' },
  ];
  const broken = rules.find(({ isMet }) => !isMet);
  if (broken === undefined) return;
  throw new LimberError('invalid-argument', {
    where: `synthetic source: ${broken.name}`,
    what: 'out of range',
    expected: broken.expected,
    got: String(broken.got),
  });
}
