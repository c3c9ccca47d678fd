import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { CodecConfig } from './create-codec.ts';
import { createCodec } from './create-codec.ts';

const inputSize = { height: 256, width: 192 };
const heatmapSize = { height: 64, width: 48 };

/** Largest distance that is promised, in input pixels. */
const codecs: readonly [name: string, config: CodecConfig, limitPx: number][] = [
  ['`msra-heatmap`, decoded with DARK', { type: 'msra-heatmap', inputSize, heatmapSize }, 0.1],
  ['`udp-heatmap`, decoded with DARK', { type: 'udp-heatmap', inputSize, heatmapSize }, 0.1],
  ['`simcc`, Gaussian', { type: 'simcc', inputSize }, 0.1],
  [
    '`simcc`, label smoothing',
    { type: 'simcc', inputSize, smoothing: { type: 'label', weight: 0.1 } },
    0.36,
  ],
  ['`regression`', { type: 'regression', inputSize }, 0.001],
];

/** Points from border to border, none of which repeats another's place within a pixel. */
function points(): number[][] {
  const [columns, rows] = [37, 41];
  return Array.from({ length: columns * rows }, (_, at) => [
    ((at % columns) / (columns - 1)) * (inputSize.width - 1),
    (Math.floor(at / columns) / (rows - 1)) * (inputSize.height - 1),
    2,
  ]);
}

function largestErrorPx(config: CodecConfig): number {
  const codec = createCodec(config);
  const joints = points();
  const { targets } = codec.encode(Float32Array.from(joints.flat()));
  const { keypoints } = codec.decode(targets, joints.length);
  return joints.reduce((largest, [x, y], at) => {
    const error = Math.hypot(keypoints[at * 2]! - x!, keypoints[at * 2 + 1]! - y!);
    return Math.max(largest, error);
  }, 0);
}

test('the largest error of a round trip is what the README says (vitest -u writes it)', async () => {
  const lines = codecs.map(([name, config, limitPx]) => {
    const error = largestErrorPx(config);
    expect(error).toBeLessThan(limitPx);
    return [name, error < 0.001 ? 'below 0.001' : error.toFixed(3)];
  });
  const heads = ['codec', 'largest error, px'];
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...lines.map((line) => line[column]!.length)),
  );
  const rows = [heads, widths.map((width) => '-'.repeat(width)), ...lines].map(
    (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
  );
  const file = fileURLToPath(new URL('../../README.md', import.meta.url));
  const text = readFileSync(file, 'utf8');
  const written = text.replace(/(?<=^## Round trips\n[^|]*)\|[^]*?\|(?=\n\n)/m, rows.join('\n'));
  await expect(written).toMatchFileSnapshot(file);
});
