import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerCost } from '@limber/model-zoo';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createProgram } from '../../program.ts';

async function limber(...words: string[]): Promise<string> {
  const printed: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  const log = vi.spyOn(console, 'log').mockImplementation((text) => {
    printed.push(`${text}\n`);
  });
  onTestFinished(() => {
    write.mockRestore();
    log.mockRestore();
  });
  await createProgram().parseAsync(words, { from: 'user' });
  write.mockRestore();
  log.mockRestore();
  return printed.join('');
}

test('limber models lists every family with its parameters and GFLOPs', async () => {
  const lines = (await limber('models')).split('\n');
  expect(lines).toContain('rtmpose-s                     5.47 M    0.68  256x192');
  expect(lines).toContain('hrnet-w32                    28.54 M    7.65  256x192');
});

test('limber models <name> lists the layers, and their sums last', async () => {
  const lines = (await limber('models', 'rtmpose-t', '--input-size', '128x96')).trim().split('\n');
  expect(lines[0]).toMatch(/^layer +block +output +parameters +MFLOPs$/);
  expect(lines[1]).toMatch(/^backbone\.stem\.0\.conv +convolution +64x48x12 +324 +1\.00$/);
  expect(lines.at(-1)).toMatch(/^total +1x17x448 +3,/);
  const { layers, parameters, gflops } = JSON.parse(await limber('models', 'rtmpose-t', '--json')) as {
    layers: LayerCost[];
    parameters: number;
    gflops: number;
  };
  expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
  const multiplyAdds = layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
  expect(multiplyAdds / 1e9).toBeCloseTo(gflops, 9);
});

test('an architecture of one’s own is described by its path', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'limber-models-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const code = `export default (network, images, { jointCount }) =>
    network.convolution('all', images, { filters: jointCount, kernelSize: 4, stride: 4, padding: 0 });`;
  writeFileSync(join(folder, 'mine.js'), code);
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
  onTestFinished(() => cwd.mockRestore());
  const text = await limber('models', './mine.js', '--input-size', '64x32', '--json');
  expect(JSON.parse(text)).toMatchObject({
    name: './mine.js',
    parameters: 4 * 4 * 3 * 17,
    layers: [{ name: 'all', type: 'convolution', output: { height: 16, width: 8, channels: 17 } }],
  });
});
