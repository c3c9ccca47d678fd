import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withStagingFolder } from '@limber/files';
import type { ExportMetadata } from '../export-metadata.ts';
import type { TfjsModel } from './export-tfjs.ts';
import { tfjsWeightsFile } from './export-tfjs.ts';

/** Name of the file that says what was exported, by which a folder is known as an export. */
const exportFileName = 'limber.json';

/** A former export may be replaced. */
export const replaceable = {
  what: 'an export',
  test: (entries: readonly string[]): boolean => entries.includes(exportFileName),
};

/** Writes `model.json`, `weights.bin` and `limber.json`. The folder appears whole or not at all. */
export async function writeTfjsFolder(
  out: string,
  model: TfjsModel,
  metadata: ExportMetadata,
): Promise<void> {
  await withStagingFolder(out, (folder) => writeTfjsFiles(folder, model, metadata), {
    replaceable,
  });
}

/** Writes the files of a model into a folder that is there. */
export async function writeTfjsFiles(
  folder: string,
  { model, weights }: TfjsModel,
  metadata: ExportMetadata,
): Promise<void> {
  await writeFile(join(folder, 'model.json'), JSON.stringify(model));
  await writeFile(join(folder, tfjsWeightsFile), weights);
  await writeFile(join(folder, exportFileName), `${JSON.stringify(metadata, null, 2)}\n`);
}
