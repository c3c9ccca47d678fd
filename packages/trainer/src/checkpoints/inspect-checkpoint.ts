import type { NamedTensors } from '@limber/engine';
import { stat } from 'node:fs/promises';
import type { CheckpointFacts } from './checkpoint.ts';
import { readCheckpoint } from './checkpoint-file.ts';

/** Arrays of a checkpoint that belong together. */
interface ArrayGroup {
  /** `weights`, `optimizer`, or `callbacks/<state key>`. */
  readonly name: string;
  readonly arrays: number;
  readonly numbers: number;
}

/** What a checkpoint says about itself. */
export interface CheckpointInspection extends CheckpointFacts {
  readonly file: string;
  readonly sizeBytes: number;
  readonly groups: readonly ArrayGroup[];
}

/**
 * Reads what a checkpoint holds, and checks its digest.
 *
 * @throws {LimberError} those of `readCheckpoint`.
 */
export async function inspectCheckpoint(file: string): Promise<CheckpointInspection> {
  const { facts, arrays } = await readCheckpoint(file);
  const { size } = await stat(file);
  return { file, sizeBytes: size, ...facts, groups: groupsOf(arrays) };
}

function groupsOf(arrays: NamedTensors): ArrayGroup[] {
  const groups = new Map<string, { arrays: number; numbers: number }>();
  for (const [name, { data }] of Object.entries(arrays)) {
    const depth = name.startsWith('callbacks/') ? 2 : 1;
    const group = name.split('/').slice(0, depth).join('/');
    const before = groups.get(group) ?? { arrays: 0, numbers: 0 };
    groups.set(group, { arrays: before.arrays + 1, numbers: before.numbers + data.length });
  }
  return [...groups].map(([name, counts]) => ({ name, ...counts }));
}
