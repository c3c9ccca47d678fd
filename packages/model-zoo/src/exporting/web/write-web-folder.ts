import { copyFile, cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withStagingFolder } from '@limber/files';
import type { ExportMetadata } from '../export-metadata.ts';
import type { TfjsModel } from '../tfjs/export-tfjs.ts';
import { replaceable, writeTfjsFiles } from '../tfjs/write-tfjs-folder.ts';

/** The page itself: `index.html` with its script and style, and TensorFlow's licence. */
const pageFolder = fileURLToPath(new URL('../../../web', import.meta.url));

/** What the page loads of TensorFlow.js: the core, the reader of graph models, and the WebAssembly backend. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  '@tensorflow/tfjs-core': ['dist/tf-core.min.js'],
  '@tensorflow/tfjs-converter': ['dist/tf-converter.min.js'],
  '@tensorflow/tfjs-backend-wasm': [
    'dist/tf-backend-wasm.min.js',
    'dist/tfjs-backend-wasm.wasm',
    'dist/tfjs-backend-wasm-simd.wasm',
    'dist/tfjs-backend-wasm-threaded-simd.wasm',
  ],
};

/**
 * Writes a folder that any static server can serve: a page that reads a photograph or the camera and draws the pose, the
 * model, and all that they need. The folder appears whole or not at all.
 */
export async function writeWebFolder(
  out: string,
  model: TfjsModel,
  metadata: ExportMetadata,
): Promise<void> {
  const fill = async (folder: string): Promise<void> => {
    await cp(pageFolder, folder, { recursive: true });
    await mkdir(join(folder, 'model'));
    await writeTfjsFiles(join(folder, 'model'), model, metadata);
    await copyFile(join(folder, 'model', 'limber.json'), join(folder, 'limber.json'));
    await copyLibraries(join(folder, 'tensorflow'));
  };
  await withStagingFolder(out, fill, { replaceable });
}

async function copyLibraries(folder: string): Promise<void> {
  const require = createRequire(import.meta.url);
  for (const [name, files] of Object.entries(libraries)) {
    const root = dirname(require.resolve(`${name}/package.json`));
    for (const file of files)
      await copyFile(join(root, file), join(folder, file.slice('dist/'.length)));
  }
}
