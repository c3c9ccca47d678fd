import { availableParallelism, totalmem } from 'node:os';
import type { StageResources } from '../parsing/declared-pipeline.ts';
import { listFolder } from '../store/read-if-there.ts';

/** What there is to share among the stages of a run. */
export interface MachineResources {
  readonly cpu: number;
  readonly memoryBytes: number;
  /** The devices, by the names that `CUDA_VISIBLE_DEVICES` takes. */
  readonly gpus: readonly string[];
}

const nvidiaDriver = '/proc/driver/nvidia/gpus';

/**
 * What this machine has to share: its processors, its memory (or what the container may use of it),
 * and its NVIDIA GPUs, or those of them that `CUDA_VISIBLE_DEVICES` names.
 */
export function readMachineResources(
  environment: Readonly<Record<string, string | undefined>>,
): MachineResources {
  const limit = process.constrainedMemory();
  const visible = environment['CUDA_VISIBLE_DEVICES'];
  return {
    cpu: availableParallelism(),
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    gpus:
      visible === undefined
        ? listFolder(nvidiaDriver).map((_, index) => String(index))
        : visible.split(',').filter((device) => device !== ''),
  };
}

/** A stage's share. */
interface Grant {
  readonly gpus: readonly string[];
  /** Gives it back. */
  release(): void;
}

/** Shares processors, memory and GPUs among stages. */
export interface ResourcePool {
  readonly total: MachineResources;
  /** Waits until what is needed is free. More processors than there are count as all of them. */
  acquire(need: StageResources): Promise<Grant>;
}

/** A pool that serves in the order of asking, so that a large stage is not passed over forever. */
export function createResourcePool(total: MachineResources): ResourcePool {
  let cpu = total.cpu;
  let memoryBytes = total.memoryBytes;
  const gpus = [...total.gpus];
  const waiting: { readonly need: StageResources; readonly start: () => void }[] = [];
  const isFree = (need: StageResources): boolean =>
    need.cpu <= cpu && need.memoryBytes <= memoryBytes && need.gpu <= gpus.length;
  const serve = (): void => {
    for (let next = waiting[0]; next !== undefined && isFree(next.need); next = waiting[0]) {
      waiting.shift();
      next.start();
    }
  };
  const take = (need: StageResources): Grant => {
    cpu -= need.cpu;
    memoryBytes -= need.memoryBytes;
    const own = gpus.splice(0, need.gpu);
    let isHeld = true;
    return {
      gpus: own,
      release() {
        if (!isHeld) return;
        isHeld = false;
        cpu += need.cpu;
        memoryBytes += need.memoryBytes;
        gpus.push(...own);
        serve();
      },
    };
  };
  return {
    total,
    acquire(asked) {
      const need = { ...asked, cpu: Math.min(asked.cpu, total.cpu) };
      return new Promise((resolve) => {
        waiting.push({ need, start: () => resolve(take(need)) });
        serve();
      });
    },
  };
}

/** Why a stage can never be served; undefined if it can. */
export function findShortage(need: StageResources, total: MachineResources): string | undefined {
  if (need.gpu > total.gpus.length) {
    return `asks for ${need.gpu} GPUs, but there are ${total.gpus.length} here`;
  }
  if (need.memoryBytes > total.memoryBytes) {
    const [asked, here] = [need.memoryBytes, total.memoryBytes].map((bytes) =>
      (bytes / 1e9).toFixed(1),
    );
    return `asks for ${asked} GB of memory, but there are ${here} GB here`;
  }
  return undefined;
}
