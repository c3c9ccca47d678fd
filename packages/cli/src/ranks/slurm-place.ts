import { LimberError } from '@limber/files';

/** Where a rank is, and where the others are. */
export interface RankPlace {
  readonly rank: number;
  readonly addresses: readonly string[];
  readonly localRank: number;
  /** Ranks on the same machine. */
  readonly localRanks: number;
  /** What the processes that were started together have, and no others. */
  readonly launch: string;
}

/** Ports of jobs lie from here on. */
const firstPort = 20_000;
const portRange = 30_000;
/** Ranks on one machine that do not take the port of another job's. */
const portsOfJob = 64;

/**
 * What `srun` tells a task about its step; null in a process that `srun` did not start, the script of a job included.
 *
 * @param expand - gives the hosts of a list such as `n[1-2]`, as `scontrol show hostnames` does.
 * @throws {LimberError} `invalid-argument` if the tasks are not laid out block by block.
 */
export function slurmPlace(
  env: NodeJS.ProcessEnv,
  expand: (list: string) => readonly string[],
): RankPlace | null {
  const list = env['SLURM_STEP_NODELIST'];
  const worldSize = Number(env['SLURM_STEP_NUM_TASKS'] ?? env['SLURM_NTASKS']);
  if (list === undefined || !(worldSize > 1)) return null;
  const hosts = expand(list);
  const tasks = tasksPerNode(env['SLURM_STEP_TASKS_PER_NODE'] ?? `1(x${worldSize})`);
  const start = firstPort + ((Number(env['SLURM_JOB_ID']) * portsOfJob) % portRange);
  const addresses = hosts.flatMap((host, node) =>
    Array.from({ length: tasks[node] ?? 0 }, (_, local) => `${host}:${start + local}`),
  );
  const rank = Number(env['SLURM_PROCID']);
  const node = Number(env['SLURM_NODEID']);
  const before = tasks.slice(0, node).reduce((sum, count) => sum + count, 0);
  const localRank = Number(env['SLURM_LOCALID']);
  if (addresses.length !== worldSize || before + localRank !== rank) {
    throw new LimberError('invalid-argument', {
      where: `SLURM_PROCID=${rank}`,
      what: 'the tasks are not laid out node by node',
      expected: `rank ${before + localRank} of ${addresses.length} as task ${localRank} of node ${node}`,
      got: `rank ${rank} of ${worldSize}`,
      fix: 'Start them by `srun --distribution=block`.',
    });
  }
  const { SLURM_JOB_ID: job, SLURM_STEP_ID: number, SLURM_RESTART_COUNT: restarts = 0 } = env;
  const launch = `${job}.${number}.${restarts}`;
  return { rank, addresses, localRank, localRanks: tasks[node]!, launch };
}

/** `2(x3),1` is 2, 2, 2, 1. */
function tasksPerNode(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [, count, times = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(part) ?? [];
    return Array.from({ length: Number(times) }, () => Number(count));
  });
}
