import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';
import { ownPlace } from '../../test/own-place.mjs';
import { shippedPipelines } from './dist/commands/init/project-files.js';

/**
 * What every command starts with, what `limber evaluate` and `limber pipeline` run through, and the
 * schemas of the stages' parameters; the rest is loaded file by file when needed.
 */
const joined = [
  /\/cli\/dist\/(main|program)\.js$/,
  /\/cli\/dist\/(options|terminal)\//,
  /\/cli\/dist\/commands\/[^/]+\/[a-z-]+-commands?\.js$/,
  /\/cli\/dist\/commands\/pipeline\//,
  /\/cli\/dist\/stages\//,
  /\/cli\/dist\/describe-findings\.js$/,
  /\/cli\/dist\/(labelling\/label-options|commands\/predict\/names-video|ranks\/rank-variables)\.js$/,
  /\/cli\/dist\/commands\/evaluate\/(run-evaluation|evaluation-options|describe-evaluation|evaluation-json)\.js$/,
  /\/(evaluator|files|keypoints)\/dist\//,
  /\/(dataset-loader|model-zoo|pose-trainer|trainer)\/dist\//,
  /\/node_modules\/(commander|leven|zod)\//,
];

/** Packages that are joined too, or their part for fast commands. */
const fastParts = [
  'commander',
  'zod',
  '@limber/dataset-loader/augmentation',
  '@limber/evaluator/core',
  '@limber/files',
  '@limber/keypoints',
  '@limber/model-zoo/models',
  '@limber/pose-trainer/config',
  '@limber/trainer/flags',
];

const folder = fileURLToPath(new URL('dist/bundle', import.meta.url));
const pageFolder = fileURLToPath(new URL('dist/page', import.meta.url));

/**
 * Joins the modules that the command line starts with: Node takes half a millisecond for each file, and `limber evaluate`
 * would be a tenth slower with all of its hundred.
 */
const commandLine = defineConfig({
  input: {
    limber: fileURLToPath(new URL('dist/main.js', import.meta.url)),
    'unchanged-answer': fileURLToPath(
      new URL('dist/commands/pipeline/unchanged-answer.js', import.meta.url),
    ),
  },
  platform: 'node',
  plugins: [
    ownPlace(folder),
    {
      name: 'leave-the-rest',
      resolveId(id, importer) {
        if (importer === undefined || fastParts.includes(id)) return null;
        if (!id.startsWith('.')) return { id, external: true };
        const file = resolve(dirname(importer), id);
        if (joined.some((pattern) => pattern.test(file))) return null;
        return { id: relative(folder, file), external: true };
      },
    },
    {
      // `limber init` copies them into a new project
      name: 'ship-pipelines',
      writeBundle() {
        for (const name of shippedPipelines) {
          const file = `pipelines/${name}.yaml`;
          const target = fileURLToPath(new URL(`dist/${file}`, import.meta.url));
          cpSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), target);
        }
      },
    },
  ],
  makeAbsoluteExternalsRelative: false,
  output: {
    dir: folder,
    cleanDir: true,
    chunkFileNames: '[name].js',
    sourcemap: true,
  },
});

/** The page of `limber view`, with the libraries that it is made of: one script and one style sheet. */
const page = defineConfig({
  input: { viewer: fileURLToPath(new URL('viewer/main.tsx', import.meta.url)) },
  platform: 'browser',
  transform: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [
    {
      name: 'join-styles',
      writeBundle() {
        const { resolve } = createRequire(import.meta.url);
        const own = fileURLToPath(new URL('viewer/viewer.css', import.meta.url));
        const parts = [resolve('uplot/dist/uPlot.min.css'), own];
        const text = parts.map((file) => readFileSync(file, 'utf8')).join('\n');
        writeFileSync(join(pageFolder, 'viewer.css'), text);
      },
    },
  ],
  output: { dir: pageFolder, cleanDir: true, minify: true },
});

export default [commandLine, page];
