import { LimberError } from '@limber/files';
import { Tinypool } from 'tinypool';
import type { ClipTask } from './render-worker.ts';
import type { RenderedFrame } from './render-clip.ts';
import { renderClip } from './render-clip.ts';

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

export interface RenderedClip {
  /** Such as `clip-0001`. */
  readonly name: string;
  readonly frames: readonly RenderedFrame[];
}

/**
 * Renders clips and hands them over in order, a few ahead of the one asked for.
 *
 * @throws {LimberError} `invalid-argument` for a count, share or seed out of its range.
 */
export async function* renderClips(options: SyntheticOptions): AsyncGenerator<RenderedClip> {
  const { seed, clips, framesPerClip, standingShare = 0.2, workers = 0 } = checkOptions(options);
  const taskOf = (clip: number): ClipTask => ({
    key: { seed, clip, standingShare },
    framesPerClip,
  });
  const pool = workers > 0 ? createPool(Math.min(workers, clips)) : null;
  const render = ({ key, framesPerClip }: ClipTask): Promise<RenderedFrame[]> =>
    pool === null
      ? renderClip(key, framesPerClip)
      : (pool.run({ key, framesPerClip } satisfies ClipTask) as Promise<RenderedFrame[]>);
  const ahead = pool === null ? 1 : workers * 2;
  const waiting: Promise<RenderedFrame[]>[] = [];
  try {
    for (let clip = 0; clip < clips; clip++) {
      while (waiting.length < ahead && clip + waiting.length < clips) {
        const task = render(taskOf(clip + waiting.length));
        // a failure is met when its turn comes; until then it must not count as unhandled
        task.catch(() => undefined);
        waiting.push(task);
      }
      yield { name: `clip-${pad(clip + 1)}`, frames: await waiting.shift()! };
    }
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

function checkOptions(options: SyntheticOptions): SyntheticOptions {
  const { seed, clips, framesPerClip, standingShare = 0, workers = 0 } = options;
  const require = (isRight: boolean, name: string, expected: string, got: number): void => {
    if (isRight) return;
    throw new LimberError('invalid-argument', {
      where: `synthetic source: ${name}`,
      what: 'out of range',
      expected,
      got: String(got),
    });
  };
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
  require(Number.isSafeInteger(seed), 'seed', 'an integer', seed);
  require(isCount(clips), 'clips', 'an integer from 1', clips);
  require(isCount(framesPerClip), 'framesPerClip', 'an integer from 1', framesPerClip);
  require(standingShare >= 0 &&
    standingShare <= 1, 'standingShare', 'a number from 0 to 1', standingShare);
  require(Number.isInteger(workers) && workers >= 0, 'workers', 'an integer from 0', workers);
  return options;
}
