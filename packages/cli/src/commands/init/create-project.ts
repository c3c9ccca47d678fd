import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withStagingFolder } from '@limber/files';
import { projectFiles, shippedPipelines } from './project-files.ts';

const packageFolder = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Makes a project outside this repository: a folder in which the shipped pipelines run on one's own
 * photographs. It appears whole or not at all.
 *
 * @throws {LimberError} `invalid-argument` if the folder holds something.
 */
export async function createProject(folder: string): Promise<void> {
  const manifest = await readFile(join(packageFolder, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  await withStagingFolder(folder, async (staging) => {
    const files = projectFiles({ folder: resolve(folder), version });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(staging, path)), { recursive: true });
      await writeFile(join(staging, path), text);
    }
    await mkdir(join(staging, 'pipelines'));
    for (const name of shippedPipelines) {
      const file = `pipelines/${name}.yaml`;
      await copyFile(join(packageFolder, 'dist', file), join(staging, file));
    }
  });
}
