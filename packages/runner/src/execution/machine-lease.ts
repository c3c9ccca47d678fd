import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StageResources } from '../parsing/declared-pipeline.ts';
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

const pollMs = 100;
/** Whoever waits longer says so. */
const patienceMs = 2_000;

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
 * @param options.onWait - called once, if it takes longer than 2 s, with the id of another process
 *   that has what is needed, or is served before.
 * @returns undefined when `signal` was aborted first.
 */
export async function leaseMachine(
  need: Leased,
  options: {
    readonly total: MachineResources;
    readonly folder: string;
    readonly signal: AbortSignal;
    readonly onWait: (what: 'gpu' | 'memory', pid: number) => void;
  },
): Promise<MachineLease | undefined> {
  const { total, folder, signal, onWait } = options;
  if (need.gpu === 0 && need.memoryBytes === 0) return { gpus: [], release: () => undefined };
  const warning = setTimeout(() => {
    const held = readShares(folder);
    const isGpu = need.gpu > freeGpus(total, held).length || need.memoryBytes === 0;
    const blocking = held.find(
      ({ gpu }) => isGpu === (gpu !== undefined && total.gpus.includes(gpu)),
    );
    const pid = blocking?.pid ?? lockHolder(join(folder, 'turn'));
    if (pid !== undefined && pid !== process.pid) onWait(isGpu ? 'gpu' : 'memory', pid);
  }, patienceMs);
  const turn = await takeLock(join(folder, 'turn'), { signal });
  try {
    for (; !signal.aborted; await delay(pollMs)) {
      const held = readShares(folder);
      const gpus = freeGpus(total, held).slice(0, need.gpu);
      const memoryBytes = held.reduce((free, share) => free - share.memoryBytes, total.memoryBytes);
      if (gpus.length < need.gpu || memoryBytes < need.memoryBytes) continue;
      return await holdShares(folder, gpus, need.memoryBytes);
    }
    return undefined;
  } finally {
    clearTimeout(warning);
    turn?.release();
  }
}

/** A GPU, or some memory, that a living process has. */
interface Share {
  readonly gpu: string | undefined;
  readonly memoryBytes: number;
  readonly pid: number;
}

function readShares(folder: string): Share[] {
  return listFolder(folder).flatMap((name) => {
    const [kind, what] = name.split('~');
    const pid = kind === 'turn' ? undefined : lockHolder(join(folder, name));
    if (pid === undefined) return [];
    const gpu = kind === 'gpu' ? decodeURIComponent(what!) : undefined;
    return [{ gpu, memoryBytes: kind === 'memory' ? Number(what) : 0, pid }];
  });
}

function freeGpus({ gpus }: MachineResources, held: readonly Share[]): string[] {
  return gpus.filter((name) => !held.some(({ gpu }) => gpu === name));
}

async function holdShares(
  folder: string,
  gpus: readonly string[],
  memoryBytes: number,
): Promise<MachineLease> {
  const memory = memoryBytes === 0 ? [] : [join(folder, `memory~${memoryBytes}~${randomUUID()}`)];
  const names = gpus.map((gpu) => join(folder, `gpu~${encodeURIComponent(gpu)}`));
  const locks = await Promise.all([...names, ...memory].map((path) => takeLock(path)));
  return {
    gpus,
    release() {
      for (const lock of locks) lock?.release();
      for (const path of memory) rmSync(path, { recursive: true, force: true });
    },
  };
}
