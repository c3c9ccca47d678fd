import { totalmem } from 'node:os';
import { availableProcessors } from '@limber/files';
import type { StageResources } from '../parsing/declared-pipeline.ts';
import { listFolder } from '../store/read-if-there.ts';

/** What there is to share among stages. */
export interface MachineResources {
  readonly cpu: number;
  readonly memoryBytes: number;
  /** The devices, by the names that `CUDA_VISIBLE_DEVICES` takes. */
  readonly gpus: readonly string[];
}

const nvidiaDriver = '/proc/driver/nvidia/gpus';

/**
 * What this machine has to share: its processors and its memory (or what the container may use of
 * them), and its NVIDIA GPUs, or those of them that `CUDA_VISIBLE_DEVICES` names.
 */
export function readMachineResources(
  environment: Readonly<Record<string, string | undefined>>,
): MachineResources {
  const limit = process.constrainedMemory();
  const visible = environment['CUDA_VISIBLE_DEVICES'];
  return {
    cpu: availableProcessors(),
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    gpus:
      visible === undefined
        ? listFolder(nvidiaDriver).map((_, index) => String(index))
        : visible.split(',').filter((device) => device !== ''),
  };
}

/** Shares processors among the stages of a run. */
export interface ResourcePool {
  readonly total: MachineResources;
  /**
   * Waits until so many processors are free; more than there are count as all of them.
   *
   * @returns what gives them back.
   */
  acquire(cpu: number): Promise<() => void>;
}

/** A pool that serves in the order of asking, so that a large stage is not passed over forever. */
export function createResourcePool(total: MachineResources): ResourcePool {
  let free = total.cpu;
  const waiting: { readonly cpu: number; readonly start: () => void }[] = [];
  const serve = (): void => {
    for (let next = waiting[0]; next !== undefined && next.cpu <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.cpu;
      next.start();
    }
  };
  return {
    total,
    async acquire(asked) {
      const cpu = Math.min(asked, total.cpu);
      await new Promise<void>((start) => {
        waiting.push({ cpu, start });
        serve();
      });
      return () => {
        free += cpu;
        serve();
      };
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
