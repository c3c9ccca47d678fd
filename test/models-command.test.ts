import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { limber } from './limber-command.ts';

test('limber models lists every family with its parameters and GFLOPs', async () => {
  const lines = (await limber(['models'], tmpdir())).stdout.split('\n');
  expect(lines).toContain('rtmpose-s                     5.47 M    0.68  256x192');
  expect(lines).toContain('hrnet-w32                    28.54 M    7.65  256x192');
});

test('limber models <name> lists the layers, and their sums last', async () => {
  const words = ['models', 'rtmpose-t', '--input-size', '128x96'];
  const lines = (await limber(words, tmpdir())).stdout.trim().split('\n');
  expect(lines[0]).toMatch(/^layer +block +output +parameters +MFLOPs$/);
  expect(lines[1]).toMatch(/^backbone\.stem\.0\.conv +convolution +64x48x12 +324 +1\.00$/);
  expect(lines.at(-1)).toMatch(/^total +1x17x448 +3,/);
});

test('an architecture of your own is described by its path', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'limber-models-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const code = `export default (network, images, { jointCount }) =>
    network.convolution('all', images, { filters: jointCount, kernelSize: 4, stride: 4, padding: 0 });`;
  writeFileSync(join(folder, 'mine.mjs'), code);
  const words = ['models', './mine.mjs', '--input-size', '64x32', '--json'];
  const { stdout } = await limber(words, folder);
  const layer = { name: 'all', type: 'convolution', parameters: 4 * 4 * 3 * 17 };
  expect(JSON.parse(stdout)).toMatchObject({
    name: './mine.mjs',
    parameters: 4 * 4 * 3 * 17,
    layers: [{ ...layer, output: { height: 16, width: 8, channels: 17 } }],
  });
});
