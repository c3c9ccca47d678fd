import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import type { StageModule } from '@limber/runner';
import { z } from 'zod';

/** Makes one folder of shards of the parts that a `pack` with a matrix has made, for each output; its input has the same name. */
const stage: StageModule<Record<string, never>> = {
  params: z.strictObject({}),
  async run({ inputs, outputs, signal }) {
    const { holdsShards, joinShards } = await import('@limber/dataset-loader');
    const metrics: Record<string, number> = {};
    for (const [split, out] of Object.entries(outputs)) {
      const folder = inputs[split];
      if (folder === undefined) throw noParts(split);
      const names = holdsShards(folder) ? ['.'] : await readdir(folder);
      const folders = names.map((name) => join(folder, name));
      const { rows } = await joinShards(folders, out, { signal });
      metrics[`${split} persons`] = rows;
    }
    return { metrics };
  },
};
export default stage;

function noParts(split: string): LimberError {
  return new LimberError('invalid-argument', {
    where: `inputs.${split}`,
    what: 'no parts to join',
    expected: `\${{ stages.<pack>.${split} }}, of a stage with a matrix`,
    got: 'none',
  });
}
