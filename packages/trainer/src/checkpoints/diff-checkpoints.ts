import type { TensorData } from '@limber/engine';
import { readCheckpoint } from './checkpoint-file.ts';
import type { Difference } from './differences.ts';
import { differencesOf } from './differences.ts';

/** How an array of one checkpoint differs from its namesake in the other. */
export type ArrayDifference =
  | { readonly name: string; readonly type: 'only-in-first' | 'only-in-second' }
  | { readonly name: string; readonly type: 'other-shape'; readonly shapes: readonly string[] }
  | {
      readonly name: string;
      readonly type: 'other-numbers';
      /** How many numbers differ, of how many. */
      readonly differing: number;
      readonly numbers: number;
      /** NaN if one of them is NaN in one checkpoint alone. */
      readonly largestDifference: number;
    };

/** Everything in which two checkpoints differ; both lists are empty if one would continue as the other. */
export interface CheckpointDifference {
  readonly facts: readonly Difference[];
  readonly arrays: readonly ArrayDifference[];
}

/**
 * Compares two checkpoints, number by number.
 *
 * @throws {LimberError} those of `readCheckpoint`.
 */
export async function diffCheckpoints(
  first: string,
  second: string,
): Promise<CheckpointDifference> {
  const [a, b] = [await readCheckpoint(first), await readCheckpoint(second)];
  const names = [...new Set([...Object.keys(a.arrays), ...Object.keys(b.arrays)])].sort();
  return {
    facts: differencesOf(a.facts, b.facts),
    arrays: names.flatMap((name) => compareArrays(name, a.arrays[name], b.arrays[name])),
  };
}

function compareArrays(
  name: string,
  first: TensorData | undefined,
  second: TensorData | undefined,
): ArrayDifference[] {
  if (first === undefined) return [{ name, type: 'only-in-second' }];
  if (second === undefined) return [{ name, type: 'only-in-first' }];
  const shapes = [first.shape.join('x'), second.shape.join('x')];
  if (shapes[0] !== shapes[1]) return [{ name, type: 'other-shape', shapes }];
  let [differing, largestDifference] = [0, 0];
  for (const [index, value] of first.data.entries()) {
    const other = second.data[index]!;
    if (Object.is(value, other)) continue;
    differing++;
    largestDifference = Math.max(largestDifference, Math.abs(value - other));
  }
  if (differing === 0) return [];
  const numbers = first.data.length;
  return [{ name, type: 'other-numbers', differing, numbers, largestDifference }];
}
