import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';
import { ownPlace } from '../../test/own-place.mjs';

/** Packages that are joined; the others are loaded when they are needed, from where npm put them. */
const joined = ['@limber/files', 'leven', 'picocolors', 'yaml', 'zod'];

const folder = fileURLToPath(new URL('dist/bundle', import.meta.url));

/**
 * Joins the package's modules: every `limber pipeline` command loads them, every stage's process those of the host, every job
 * of Slurm those of its program, and Node takes a millisecond for each file.
 */
export default defineConfig({
  input: {
    index: fileURLToPath(new URL('dist/index.js', import.meta.url)),
    host: fileURLToPath(new URL('dist/execution/host.js', import.meta.url)),
    job: fileURLToPath(new URL('dist/execution/slurm/job.js', import.meta.url)),
  },
  platform: 'node',
  plugins: [
    ownPlace(folder),
    {
      name: 'leave-the-rest',
      resolveId(id, importer) {
        const isLeft = importer !== undefined && !id.startsWith('.') && !id.startsWith('/');
        const name = /^(@[^/]+\/)?[^/]+/.exec(id)?.[0];
        return isLeft && !joined.includes(name) ? { id, external: true } : null;
      },
    },
  ],
  output: { dir: folder, cleanDir: true, chunkFileNames: '[name].js', sourcemap: true },
});
