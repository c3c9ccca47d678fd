import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadNativeBackend } from './native-backend.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-native-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Requires what tfjs-node does, in a folder that has no `node_modules`. */
const code = `
exports.tf = require('@tensorflow/tfjs');
exports.core = require('@tensorflow/tfjs-core');
exports.addonPath = require('@mapbox/node-pre-gyp').find('package.json');
exports.others = [require('progress'), require('google-protobuf'), require('path')];
`;

test('a tfjs-node in the cache gets its packages from here, and there is one TensorFlow.js', async () => {
  const tfjsNode = join(folder, 'tfjs-node');
  const file = join(tfjsNode, 'dist/index.js');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, code);
  const { tf } = loadNativeBackend(tfjsNode, '/engine/addon.node');
  const seen = createRequire(import.meta.url)(file) as Record<string, unknown>;
  expect(seen['tf']).toBe(tf);
  expect(seen['core']).toHaveProperty('Tensor', tf.Tensor);
  expect(seen['addonPath']).toBe('/engine/addon.node');
  expect(seen['others']).not.toContain(undefined);
});

test('a file elsewhere is not given them', async () => {
  const file = join(folder, 'elsewhere.cjs');
  await writeFile(file, "require('progress');");
  expect(() => createRequire(import.meta.url)(file) as unknown).toThrow(
    "Cannot find module 'progress'",
  );
});
