import { expect, test } from 'vitest';
import { testGolden } from './codec-golden.suite.ts';
import { testCodec } from './codec.suite.ts';
import { createUdpHeatmap } from './udp-heatmap.ts';

testGolden('udp-heatmap', { noise: 0.2, tolerancePx: 2e-3 });

const inputSize = { height: 256, width: 192 };
const heatmapSize = { height: 64, width: 48 };
testCodec({ type: 'udp-heatmap', inputSize, heatmapSize }, { tolerancePx: 0.05 });

test('the heatmap of a mirrored joint is the mirrored heatmap', () => {
  const codec = createUdpHeatmap({ inputSize, heatmapSize });
  const [x, y] = [31.4, 100.2];
  const { targets } = codec.encode(Float32Array.of(x, y, 2));
  const mirrored = codec.encode(Float32Array.of(inputSize.width - 1 - x, y, 2)).targets;
  for (let at = 0; at < targets.length; at++) {
    const column = at % heatmapSize.width;
    const opposite = at - column + heatmapSize.width - 1 - column;
    expect(mirrored[opposite]).toBeCloseTo(targets[at]!, 5);
  }
});
