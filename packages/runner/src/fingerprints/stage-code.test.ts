import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDigestCache } from './digest-cache.ts';
import type { CodePart } from './stage-code.ts';
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
  return parts.map(describePart);
}

function describePart(part: CodePart): string {
  switch (part.type) {
    case 'file':
      return part.label;
    case 'package':
      return `${part.name}@${part.version}`;
    case 'unresolved':
      return `? ${part.specifier}`;
    case 'unfollowed':
      return `! ${part.label}: ${part.code}`;
  }
}

it('reaches relative imports, cycles, workers and workspace packages, and stops at installed ones', async () => {
  const root = createFolder({
    'packages/cli/package.json': '{ "name": "@x/cli" }',
    'packages/cli/dist/stage.js': `
      import './a.js';
      import fs from 'node:fs';
      import { b } from '@x/lib/deep/b';
      export * from '@x/lib';
      const lazy = () => import('installed/sub.js');
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
    'node_modules/installed/sub.js': '',
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
    'packages/cli/package.json',
    'packages/lib/dist/deep/b.js',
    'packages/lib/dist/deep/own.js',
    'packages/lib/dist/index.js',
    'packages/lib/package.json',
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

it('reaches CommonJS, JSON, computed imports, and files that are read beside the code', async () => {
  const root = createFolder({
    'package.json': '{ "name": "project", "type": "module" }',
    'stages/stage.js': `
      import { createRequire } from 'node:module';
      import { readFileSync } from 'node:fs';
      import { join } from 'node:path';
      import table from './table.json' with { type: 'json' };
      import old from './old.cjs';
      const require = createRequire(import.meta.url);
      require('./required.cjs');
      export const load = (name) => import(\`./plugins/\${name}.js\`);
      readFileSync(new URL('./beside.txt', import.meta.url));
      readFileSync(join(import.meta.dirname, 'joined.txt'));
      new Worker(new URL('./worker.cjs', import.meta.url));`,
    'stages/old.cjs': `
      const { join } = require('node:path');
      require('fs').readFileSync(join(__dirname, 'old.txt'));
      require('./deeper.cjs');`,
    'stages/required.cjs': '',
    'stages/deeper.cjs': '',
    'stages/worker.cjs': `require('./of-worker.cjs');`,
    'stages/of-worker.cjs': '',
    'stages/table.json': '{}',
    'stages/beside.txt': '',
    'stages/joined.txt': '',
    'stages/old.txt': '',
    'stages/unused.txt': '',
    'stages/plugins/one.js': `import './inner/two.js';`,
    'stages/plugins/inner/two.js': '',
    'stages/unused.js': '',
  });
  expect(await reached(root, 'stages/stage.js')).toEqual([
    'package.json',
    'stages/beside.txt',
    'stages/deeper.cjs',
    'stages/joined.txt',
    'stages/of-worker.cjs',
    'stages/old.cjs',
    'stages/old.txt',
    'stages/plugins/inner/two.js',
    'stages/plugins/one.js',
    'stages/required.cjs',
    'stages/stage.js',
    'stages/table.json',
    'stages/worker.cjs',
  ]);
});

it('names the imports that cannot be followed', async () => {
  const root = createFolder({
    'stage.mjs': `
      const load = (path) => import(path);
      import(new URL('./near.mjs', import.meta.url));
      import('./' + process.env.NAME + '.mjs');
      import('node:fs');`,
    'near.mjs': '',
    'old.cjs': `module.exports = (name) => require(name + '.cjs');`,
    'broken.mjs': `import './old.cjs'; import './not-javascript.mjs';`,
    'not-javascript.mjs': 'let let = 1;',
  });
  expect(await reached(root, 'stage.mjs')).toEqual([
    '! not-javascript.mjs: its text',
    "! old.cjs: require(name + '.cjs')",
    '! stage.mjs: import(path)',
    'broken.mjs',
    'near.mjs',
    'not-javascript.mjs',
    'old.cjs',
    'stage.mjs',
  ]);
});

it('does not take for code what the machine says of itself, nor what runs leave behind', async () => {
  const root = createFolder({
    'stages/stage.mjs': `
      import { readFileSync, readdirSync } from 'node:fs';
      import { tmpdir } from 'node:os';
      import { join, resolve } from 'node:path';
      readFileSync('/proc/cpuinfo');
      readdirSync(join(tmpdir()));
      readdirSync(resolve('runs'));
      readdirSync(resolve('.limber/work'));
      readFileSync(resolve('settings.txt'));
      export const read = (name) => readFileSync(resolve(name, 'settings.txt'));`,
    'runs/a/run.json': '{}',
    '.limber/work/a': '',
    'settings.txt': '',
    'data/settings.txt': '',
  });
  expect(await reached(root, 'stages/stage.mjs')).toEqual(['settings.txt', 'stages/stage.mjs']);
});

describe('a remembered trace', () => {
  /** @returns what is reached before and after a change. */
  async function traceTwice(
    files: Readonly<Record<string, string>>,
    change: (root: string) => void,
    prepare: (root: string) => void = () => undefined,
  ): Promise<readonly string[][]> {
    const root = createFolder(files);
    prepare(root);
    const file = join(root, '.limber/cache');
    const read = async (): Promise<string[]> => {
      const cache = openDigestCache(file);
      const module = pathToFileURL(join(root, 'stage.mjs')).href;
      const parts = await readStageCode(module, root, cache);
      cache.save();
      return parts.map(describePart);
    };
    // What changed just now is not remembered.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    onTestFinished(() => void vi.useRealTimers());
    const before = await read();
    expect(readFileSync(file, 'utf8')).toContain(`recalled\t${JSON.stringify(root)}`.slice(0, -1));
    change(root);
    return [before, await read()];
  }

  const files = {
    'stage.mjs': `
      import './a.mjs';
      import 'optional';
      const load = (name) => import(\`./plugins/\${name}.mjs\`);`,
    'a.mjs': '',
  };

  it('is made again when a file imports something else', async () => {
    const [before, after] = await traceTwice(files, (root) => {
      writeFileSync(join(root, 'a.mjs'), `import './b.mjs';`);
      writeFileSync(join(root, 'b.mjs'), '');
    });
    expect(before).toEqual(['? optional', 'a.mjs', 'stage.mjs']);
    expect(after).toEqual(['? optional', 'a.mjs', 'b.mjs', 'stage.mjs']);
  });

  it('is made again when a file is gone', async () => {
    const [, after] = await traceTwice(files, (root) => rmSync(join(root, 'a.mjs')));
    expect(after).toEqual(['? ./a.mjs', '? optional', 'stage.mjs']);
  });

  it('is made again when a package is installed that was missing', async () => {
    const [, after] = await traceTwice(files, (root) => {
      const folder = join(root, 'node_modules/optional');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'index.js'), '');
      writeFileSync(join(folder, 'package.json'), '{ "name": "optional", "version": "2.0.0" }');
    });
    expect(after).toEqual(['a.mjs', 'optional@2.0.0', 'stage.mjs']);
  });

  it('is made again when a file comes into a folder that a computed import looks into', async () => {
    const [, after] = await traceTwice(files, (root) => {
      mkdirSync(join(root, 'plugins'));
      writeFileSync(join(root, 'plugins/new.mjs'), '');
    });
    expect(after).toEqual(['? optional', 'a.mjs', 'plugins/new.mjs', 'stage.mjs']);
  });

  it('is made again when a link leads to another folder', async () => {
    const manifest = '{ "name": "lib", "main": "./index.mjs" }';
    const libraries = {
      'one/package.json': manifest,
      'one/index.mjs': '',
      'two/package.json': manifest,
      'two/index.mjs': '',
      'node_modules/other/package.json': '{}',
      'stage.mjs': `import 'lib';`,
    };
    const link = (root: string, to: string): void => {
      rmSync(join(root, 'node_modules/lib'), { force: true });
      symlinkSync(to, join(root, 'node_modules/lib'));
    };
    const [before, after] = await traceTwice(
      libraries,
      (root) => link(root, '../two'),
      (root) => link(root, '../one'),
    );
    expect(before).toEqual(['one/index.mjs', 'one/package.json', 'stage.mjs']);
    expect(after).toEqual(['stage.mjs', 'two/index.mjs', 'two/package.json']);
  });
});
