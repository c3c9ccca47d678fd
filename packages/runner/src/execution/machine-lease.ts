import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LifeWatch } from '@limber/files';
import { createLifeWatch, waitForOthers } from '@limber/files';
import type { StageResources } from '../parsing/declared-pipeline.ts';
import type { LockHolder, LockWait } from '../store/lock.ts';
import { lockHolder, takeLock } from '../store/lock.ts';
import { listFolder } from '../store/read-if-there.ts';
import type { MachineResources } from './resource-pool.ts';

/** The GPUs and the memory that a stage has of the machine. */
export interface MachineLease {
  readonly gpus: readonly string[];
  /** Gives them back. */
  release(): void;
}

type Leased = Pick<StageResources, 'gpu' | 'memoryBytes'>;

/**
 * Where this user's runs, in any workspace, note what they have of this machine: a lock for each GPU
 * and for each share of memory, so that a killed run keeps nothing. In a Slurm job, whose GPUs and
 * memory are its own and counted anew, it is a folder of the job's.
 */
export function leaseFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const job = environment['SLURM_JOB_ID'];
  const place = job === undefined ? hostname() : `${hostname()}-job-${job}`;
  return join(tmpdir(), `limber-${process.getuid?.() ?? 'user'}`, 'leases', place);
}

/**
 * Waits until the GPUs and the memory that a stage needs are free on the machine. One at a time is
 * served, so that one that needs much is not passed over forever.
 *
 * @param options.total - what there is; it must be enough.
 * @param options.work - what they are needed for, for those who wait.
 * @param options.onWait - called once, if it takes longer than 2 s, with another process that has what
 *   is needed, or is served before.
 * @returns undefined when `signal` was aborted first.
 */
export async function leaseMachine(
  need: Leased,
  options: LockWait & {
    readonly total: MachineResources;
    readonly folder: string;
    readonly work: string;
  },
): Promise<MachineLease | undefined> {
  const { total, folder, work, signal, watch = createLifeWatch() } = options;
  if (need.gpu === 0 && need.memoryBytes === 0) return { gpus: [], release: () => undefined };
  const wait: LockWait = {
    signal,
    watch,
    // stages of one run wait for each other without a word
    onWait: (waiting) => void (waiting.pid !== process.pid && options.onWait?.(waiting)),
  };
  const turn = await takeLock(join(folder, 'turn'), { ...wait, work });
  if (turn === undefined) return undefined;
  try {
    let gpus: readonly string[] = [];
    const isFree = await waitForOthers(() => {
      const held = readShares(folder, watch);
      gpus = freeGpus(total, held).slice(0, need.gpu);
      const memoryBytes = held.reduce((free, share) => free - share.memoryBytes, total.memoryBytes);
      if (gpus.length === need.gpu && memoryBytes >= need.memoryBytes) return undefined;
      const isGpu = gpus.length < need.gpu;
      const isInTheWay = ({ gpu = '' }: Share): boolean => isGpu === total.gpus.includes(gpu);
      return (held.find(isInTheWay) ?? held[0])?.holder;
    }, wait);
    return isFree
      ? await holdShares(folder, { gpus, memoryBytes: need.memoryBytes, work })
      : undefined;
  } finally {
    turn.release();
  }
}

/** A GPU, or some memory, that a living process has. */
interface Share {
  readonly gpu: string | undefined;
  readonly memoryBytes: number;
  readonly holder: LockHolder;
}

function readShares(folder: string, watch: LifeWatch): Share[] {
  return listFolder(folder).flatMap((name) => {
    const [kind, what] = name.split('~');
    const holder = kind === 'turn' ? undefined : lockHolder(join(folder, name), watch);
    if (holder === undefined) return [];
    const gpu = kind === 'gpu' ? decodeURIComponent(what!) : undefined;
    return [{ gpu, memoryBytes: kind === 'memory' ? Number(what) : 0, holder }];
  });
}

function freeGpus({ gpus }: MachineResources, held: readonly Share[]): string[] {
  return gpus.filter((name) => !held.some(({ gpu }) => gpu === name));
}

async function holdShares(
  folder: string,
  {
    gpus,
    memoryBytes,
    work,
  }: { readonly gpus: readonly string[]; readonly memoryBytes: number; readonly work: string },
): Promise<MachineLease> {
  const memory = memoryBytes === 0 ? [] : [join(folder, `memory~${memoryBytes}~${randomUUID()}`)];
  const names = gpus.map((gpu) => join(folder, `gpu~${encodeURIComponent(gpu)}`));
  const locks = await Promise.all([...names, ...memory].map((path) => takeLock(path, { work })));
  return {
    gpus,
    release() {
      for (const lock of locks) lock?.release();
      for (const path of memory) rmSync(path, { recursive: true, force: true });
    },
  };
}
