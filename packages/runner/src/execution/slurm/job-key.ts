import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import type { StageWork } from '../executor.ts';

/**
 * A job's key is the name that it has in the queue, and no other job: `squat-train-57`. Members of a
 * matrix are tasks of a job array, which have one name: the key of each is that and its index,
 * `squat-train-57_3`, as Slurm writes the ids of such tasks.
 */
export function createKey(work: StageWork): string {
  const { matrix, name, resources, slurm } = work;
  const size = matrix === undefined ? 0 : arraySize();
  if (matrix === undefined || size < 2) return newName(name);
  const common = JSON.stringify([matrix, resources, slurm, work.timeoutMs]);
  let array = filling.get(common);
  if (array === undefined || array.count === size) {
    array = { name: newName(matrix), count: 0 };
    filling.set(common, array);
  }
  return keyOf(array.name, String(array.count++));
}

/** The key of a task of an array; of a job that is none, if `index` is missing. */
export function keyOf(name: string, index: string | undefined): string {
  return index === undefined ? name : `${name}_${index}`;
}

/** What a key is made of. */
export function splitKey(key: string): {
  readonly name: string;
  readonly index: string | undefined;
} {
  const [name, index] = key.split(/_(?=\d+$)/) as [string, string?];
  return { name, index };
}

/** The arrays that take further members, by what these have in common. */
const filling = new Map<string, { readonly name: string; count: number }>();

function newName(name: string): string {
  return `${name.replaceAll(/[^\w@.-]/g, '_')}-${randomInt(1e12)}`;
}

let knownSize: number | undefined;

/** How many tasks an array may have here: no more than by Slurm's default. */
function arraySize(): number {
  if (knownSize !== undefined) return knownSize;
  const { stdout } = spawnSync('scontrol', ['show', 'config'], {
    encoding: 'utf8',
    timeout: 5_000,
  });
  const limit = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(stdout)?.[1] ?? 1_001);
  return (knownSize = Math.min(limit, 1_000));
}
