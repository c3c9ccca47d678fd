import { availableParallelism, totalmem } from 'node:os';
import { listFolder } from '../store/work-folder.ts';
import type { MachineResources } from './resource-pool.ts';

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
