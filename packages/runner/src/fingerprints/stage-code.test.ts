import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openDigestCache } from './digest-cache.ts';
import { readStageCode } from './stage-code.ts';

function createFolder(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'limber-code-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function reached(root: string, module: string): Promise<string[]> {
  const cache = openDigestCache(join(root, 'cache.json'));
  const parts = await readStageCode(pathToFileURL(join(root, module)).href, root, cache);
  return parts.map((part) => {
    if (part.type === 'file') return part.label;
    return part.type === 'package' ? `${part.name}@${part.version}` : `? ${part.specifier}`;
  });
}

it('reaches relative imports, cycles, workers and workspace packages, and stops at installed ones', async () => {
  const root = createFolder({
    'packages/cli/package.json': '{ "name": "@x/cli" }',
    'packages/cli/dist/stage.js': `
      import './a.js';
      import fs from 'node:fs';
      import { b } from '@x/lib/deep/b';
      export * from '@x/lib';
      const lazy = () => import('installed/sub');
      import { c } from 'not-installed';
      import './not-there.js';`,
    'packages/cli/dist/a.js': `import './stage.js'; new Worker(new URL('./worker.js', import.meta.url));`,
    'packages/cli/dist/worker.js': `import { readFileSync } from 'fs';`,
    'packages/cli/dist/unused.js': '',
    'packages/lib/package.json': JSON.stringify({
      name: '@x/lib',
      exports: {
        '.': { source: './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
        './deep/*': { import: './dist/deep/*.js' },
      },
    }),
    'packages/lib/dist/index.js': `import '@x/lib/deep/own'; import '#inner';`,
    'packages/lib/dist/deep/b.js': '',
    'packages/lib/dist/deep/own.js': '',
    'node_modules/installed/package.json': '{ "name": "installed", "version": "1.2.3" }',
  });
  mkdirSync(join(root, 'node_modules/@x'));
  symlinkSync('../../packages/lib', join(root, 'node_modules/@x/lib'));
  expect(await reached(root, 'packages/cli/dist/stage.js')).toEqual([
    '? #inner',
    '? ./not-there.js',
    '? not-installed',
    'installed@1.2.3',
    'packages/cli/dist/a.js',
    'packages/cli/dist/stage.js',
    'packages/cli/dist/worker.js',
    'packages/lib/dist/deep/b.js',
    'packages/lib/dist/deep/own.js',
    'packages/lib/dist/index.js',
  ]);
});

it('names the files of a stage outside the workspace by their package', async () => {
  const root = createFolder({
    'elsewhere/package.json': '{ "name": "@x/stages" }',
    'elsewhere/dist/stage.js': '',
    'workspace/here.js': '',
  });
  const cache = openDigestCache(join(root, 'cache.json'));
  const module = pathToFileURL(join(root, 'elsewhere/dist/stage.js')).href;
  const [part] = await readStageCode(module, join(root, 'workspace'), cache);
  expect(part).toMatchObject({ type: 'file', label: '@x/stages/dist/stage.js' });
});
