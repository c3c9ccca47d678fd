import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NpmPackage } from '../packages/npm-package.ts';
import type { TfjsNodeOptions } from './tfjs-node-package.ts';
import { findTfjsNode, provideTfjsNode } from './tfjs-node-package.ts';

let folder: string;
/** A tarball in place of the registry. */
let source: NpmPackage;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'limber-tfjs-node-')));
  await writePackage(join(folder, 'package'), '4.22.0');
  const spec = join(folder, 'tfjs-node-gpu.tgz');
  await create({ gzip: true, file: spec, cwd: folder }, ['package']);
  const digest = createHash('sha512')
    .update(await readFile(spec))
    .digest('base64');
  source = { spec, integrity: `sha512-${digest}` };
});
afterAll(() => rm(folder, { recursive: true }));

async function writePackage(place: string, version: string): Promise<void> {
  await mkdir(place, { recursive: true });
  const manifest = {
    name: '@tensorflow/tfjs-node-gpu',
    version,
    scripts: { install: 'touch was-run' },
  };
  await writeFile(join(place, 'package.json'), JSON.stringify(manifest));
}

/** A user with an empty cache, whose project has a `node_modules` folder. */
function user(name: string): Required<TfjsNodeOptions> {
  const cache = { env: { LIMBER_CACHE_DIR: join(folder, name, 'cache') }, home: folder };
  return { importer: join(folder, name, 'node_modules/@limber/engine/a.js'), cache, source };
}

test('what is installed in the project is taken, and nothing is fetched', async () => {
  const ann = user('ann');
  const installed = join(folder, 'ann/node_modules/@tensorflow/tfjs-node-gpu');
  await writePackage(installed, '4.22.0');
  expect(findTfjsNode(ann)).toBe(installed);
  const lines: string[] = [];
  const found = await provideTfjsNode({ onProgress: ({ message }) => lines.push(message) }, ann);
  expect({ found, lines }).toEqual({ found: installed, lines: [] });
});

test('where it is missing, npm fetches it once into the cache, and no script of it is run', async () => {
  const bob = user('bob');
  expect(findTfjsNode(bob)).toBe(undefined);
  const lines: string[] = [];
  const found = await provideTfjsNode({ onProgress: ({ message }) => lines.push(message) }, bob);
  expect(found).toBe(join(folder, 'bob/cache/packages/tfjs-node-gpu-4.22.0'));
  expect(lines).toEqual([`Fetching ${source.spec} with npm`]);
  expect(await readdir(found)).toEqual(['package.json']);
  expect(findTfjsNode(bob)).toBe(found);
  const gone = { spec: join(folder, 'gone.tgz'), integrity: '' };
  expect(await provideTfjsNode({ onProgress: () => {} }, { ...bob, source: gone })).toBe(found);
});

test('another version in the project does not count', async () => {
  const eve = user('eve');
  await writePackage(join(folder, 'eve/node_modules/@tensorflow/tfjs-node-gpu'), '4.21.0');
  expect(findTfjsNode(eve)).toBe(undefined);
});

test('where npm cannot fetch it, the error names the command that helps', async () => {
  const eve = { ...user('eve'), source: { spec: join(folder, 'gone.tgz'), integrity: '' } };
  const into = join(folder, 'eve/cache/packages/tfjs-node-gpu-4.22.0');
  await expect(provideTfjsNode({ onProgress: () => {} }, eve)).rejects.toMatchObject({
    code: 'command-failed',
    message: expect.stringContaining(
      `Where npm reaches a registry, run \`npm install --ignore-scripts ${eve.source.spec}\` in the project, or copy ${into} from a machine that has it.`,
    ) as string,
  });
});
