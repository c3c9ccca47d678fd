import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Replaceable } from '@limber/files';
import {
  createLifeWatch,
  currentProcess,
  isMissing,
  LimberError,
  listStagingFolders,
  startHeartbeat,
  withStagingFolder,
  writeFileAtomic,
} from '@limber/files';
import { Interrupted } from '../terminal/interrupted.ts';
import type { RankPlace } from './slurm-place.ts';

/** How a folder is filled by one process, or by several. */
export interface DividedFolder<Input, Output, Result> {
  readonly inputs: readonly Input[];
  readonly place: RankPlace | null;
  readonly replaceable: Replaceable;
  readonly signal: AbortSignal;
  /**
   * Looks at some of the inputs; what it writes has names of its own for each.
   *
   * @returns one output for each input, in order, which survives JSON.
   */
  readonly work: (staging: string, inputs: readonly Input[]) => Promise<Output[]>;
  /** Writes the rest, by the outputs of all inputs, in order. */
  readonly finish: (staging: string, outputs: readonly Output[]) => Promise<Result>;
}

/** Ranks that are started together may have an engine to set up. */
const startPatienceMs = 600_000;
const pollMs = 50;

/**
 * Fills a folder that appears whole or not at all. Of several processes each does every n-th input, and the first one the rest:
 * they meet in the folder while it is being filled, and the bytes are those of one process. They need a disk that they
 * share, and no network.
 *
 * @returns null in a process that is not the first.
 * @throws {Interrupted} once `signal` is aborted.
 * @throws {LimberError} as `withStagingFolder`; `rank-lost` if another process has ended before its part was done.
 */
export async function withDividedFolder<Input, Output, Result>(
  out: string,
  folder: DividedFolder<Input, Output, Result>,
): Promise<Result | null> {
  const { inputs, place, replaceable, work, finish } = folder;
  if (place !== null && place.rank > 0) {
    await contribute(out, folder, place);
    return null;
  }
  return withStagingFolder(
    out,
    async (staging) => {
      if (place === null) return finish(staging, await work(staging, inputs));
      await writeFile(join(staging, meetingName(place)), '');
      const own = await work(staging, inputsOf(inputs, place));
      const others = await gather<Output>(staging, folder, place);
      const parts = [own, ...others];
      const worldSize = place.addresses.length;
      const outputs = inputs.map((_, at) => parts[at % worldSize]![Math.floor(at / worldSize)]!);
      await Promise.all(
        (await readdir(staging))
          .filter((name) => name.startsWith(meetingName(place)))
          .map((name) => rm(join(staging, name))),
      );
      return finish(staging, outputs);
    },
    { replaceable },
  );
}

function inputsOf<Input>(
  inputs: readonly Input[],
  { rank, addresses }: Pick<RankPlace, 'rank' | 'addresses'>,
): Input[] {
  return inputs.filter((_, at) => at % addresses.length === rank);
}

/** The file by which the others know the folder; theirs begin with its name. */
function meetingName({ launch }: RankPlace): string {
  return `.launch-${launch}`;
}

/** While it works: who works. */
function workerName(place: RankPlace, rank: number): string {
  return `${meetingName(place)}.rank-${rank}`;
}

/** What it has done. */
function partName(place: RankPlace, rank: number): string {
  return `${meetingName(place)}.part-${rank}.json`;
}

async function contribute<Input, Output, Result>(
  out: string,
  { inputs, work, signal }: DividedFolder<Input, Output, Result>,
  place: RankPlace,
): Promise<void> {
  const staging = await findMeeting(out, place, signal);
  const worker = join(staging, workerName(place, place.rank));
  await writeFileAtomic(worker, currentProcess());
  const stopHeart = startHeartbeat(worker);
  try {
    const outputs = await work(staging, inputsOf(inputs, place));
    await writeFileAtomic(join(staging, partName(place, place.rank)), JSON.stringify(outputs));
  } finally {
    stopHeart();
  }
}

async function findMeeting(out: string, place: RankPlace, signal: AbortSignal): Promise<string> {
  const end = performance.now() + startPatienceMs;
  while (performance.now() < end) {
    if (signal.aborted) throw new Interrupted(signal);
    for (const folder of await listStagingFolders(out)) {
      if ((await namesIn(folder)).includes(meetingName(place))) return folder;
    }
    await delay(pollMs);
  }
  throw rankLost(place, 0, 'it has not begun');
}

/** The outputs of all other ranks. */
async function gather<Output>(
  staging: string,
  { signal }: Pick<DividedFolder<unknown, Output, unknown>, 'signal'>,
  place: RankPlace,
): Promise<Output[][]> {
  const watch = createLifeWatch();
  const end = performance.now() + startPatienceMs;
  const parts = new Map<number, Output[]>();
  const missing = (): number[] =>
    [...place.addresses.keys()].filter((rank) => rank > 0 && !parts.has(rank));
  while (missing().length > 0) {
    if (signal.aborted) throw new Interrupted(signal);
    // a network file system asks its server for a list, and not for a file that it believes to be missing
    const before = await namesIn(staging);
    for (const rank of missing()) {
      const worker = workerName(place, rank);
      const part = partName(place, rank);
      if (before.includes(part)) {
        parts.set(rank, JSON.parse(await readFile(join(staging, part), 'utf8')) as Output[]);
        continue;
      }
      const isDead = before.includes(worker)
        ? watch.look(await readFile(join(staging, worker), 'utf8'), join(staging, worker)).life ===
          'dead'
        : performance.now() > end;
      // it may have ended with its part done since the look
      if (isDead && !(await namesIn(staging)).includes(part)) {
        throw rankLost(place, rank, 'it has ended, and its part is not done');
      }
    }
    await delay(pollMs);
  }
  return [...parts].toSorted(([a], [b]) => a - b).map(([, outputs]) => outputs);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
}

function rankLost({ addresses }: RankPlace, rank: number, what: string): LimberError {
  return new LimberError('rank-lost', {
    where: `rank ${rank} of ${addresses.length}`,
    what,
    fix: 'Look what it has said. Run again: nothing was written.',
  });
}
