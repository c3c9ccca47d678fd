import { describe, expect, test } from 'vitest';
import { describeModels } from '../models/describe-models.ts';

// Counts by hand from the tables of the papers (17 joints, 256x192), without the code of the models.

const joints = 17;
/** A convolution without bias and its batch norm. */
const convolution = (side: number, inputs: number, filters: number): number =>
  side * side * inputs * filters + 2 * filters;
/** A depthwise one. */
const depthwise = (side: number, channels: number): number => side * side * channels + 2 * channels;
const sum = (counts: readonly number[]): number =>
  counts.reduce((total, count) => total + count, 0);
const times = (count: number, each: number): number => count * each;

/** Deconvolutions of 4x4 and 256 filters, and the 1x1 convolution to heatmaps, with bias. */
const head = (inputs: number, deconvolutions: number): number =>
  deconvolutions === 0
    ? (inputs + 1) * joints
    : convolution(4, inputs, 256) +
      times(deconvolutions - 1, convolution(4, 256, 256)) +
      257 * joints;

/** Sandler et al. 2018, arXiv:1801.04381, table 2, without the classifier. */
function mobileNetV2(): number {
  const block = (inputs: number, filters: number, ratio: number): number =>
    (ratio === 1 ? 0 : convolution(1, inputs, inputs * ratio)) +
    depthwise(3, inputs * ratio) +
    convolution(1, inputs * ratio, filters);
  const rows = [
    [32, 16, 1, 1],
    [16, 24, 6, 2],
    [24, 32, 6, 3],
    [32, 64, 6, 4],
    [64, 96, 6, 3],
    [96, 160, 6, 3],
    [160, 320, 6, 1],
  ] as const;
  const blocks = rows.map(
    ([inputs, filters, ratio, count]) =>
      block(inputs, filters, ratio) + times(count - 1, block(filters, filters, ratio)),
  );
  return convolution(3, 3, 32) + sum(blocks) + convolution(1, 320, 1280) + head(1280, 3);
}

/** Sun et al. 2019, arXiv:1902.09212, section 3.3. */
function hrNet(width: number): number {
  const [a, b, c, d] = [width, 2 * width, 4 * width, 8 * width] as const;
  const bottleneck = (inputs: number): number =>
    convolution(1, inputs, 64) + convolution(3, 64, 64) + convolution(1, 64, 256);
  const stem = convolution(3, 3, 64) + convolution(3, 64, 64);
  const first = bottleneck(64) + convolution(1, 64, 256) + times(3, bottleneck(256));
  const transitions = sum([
    convolution(3, 256, a) + convolution(3, 256, b),
    convolution(3, b, c),
    convolution(3, c, d),
  ]);
  // four blocks of two convolutions in each branch
  const branches = (widths: readonly number[]): number =>
    sum(widths.map((each) => times(8, convolution(3, each, each))));
  const up = (from: number, to: number): number => convolution(1, from, to);
  const down = (from: number, to: number): number => convolution(3, from, to);
  const two = up(b, a) + down(a, b);
  const three = two + up(c, a) + up(c, b) + down(a, a) + down(a, c) + down(b, c);
  const toFinest = up(b, a) + up(c, a) + up(d, a);
  const four = sum([
    three,
    up(d, a) + up(d, b) + up(d, c),
    times(2, down(a, a)) + down(a, d),
    down(b, b) + down(b, d),
    down(c, d),
  ]);
  return sum([
    stem + first + transitions,
    branches([a, b]) + two,
    times(4, branches([a, b, c]) + three),
    times(2, branches([a, b, c, d]) + four),
    branches([a, b, c, d]) + toFinest,
    head(a, 0),
  ]);
}

/** Lyu et al. 2022, arXiv:2212.07784 (CSPNeXt); Jiang et al. 2023, arXiv:2303.07399, figure 2 (head). */
function rtmPose(channels: readonly number[], blocks: readonly number[]): number {
  const [first = 0] = channels;
  const half = Math.floor(first / 2);
  const stem = convolution(3, 3, half) + convolution(3, half, half) + convolution(3, half, first);
  const stage = (filters: number, index: number): number => {
    const middle = filters / 2;
    const block =
      convolution(3, middle, middle) + depthwise(5, middle) + convolution(1, middle, middle);
    const cross =
      times(2, convolution(1, filters, middle)) +
      times(blocks[index]!, block) +
      filters * filters +
      filters + // channel attention, with bias
      convolution(1, filters, filters);
    const pyramid =
      index === 3 ? convolution(1, filters, middle) + convolution(1, 4 * middle, filters) : 0;
    return convolution(3, channels[index]!, filters) + pyramid + cross;
  };
  const last = channels.at(-1)!;
  const toMaps = 7 * 7 * last * joints + joints;
  const toTokens = 1 + 8 * 6 * 256;
  const unit = 1 + 256 * (2 * 512 + 128) + 4 * 128 + 512 * 256 + 256;
  const toBins = 256 * (2 * 192 + 2 * 256);
  return sum([stem, ...channels.slice(1).map(stage), toMaps, toTokens, unit, toBins]);
}

/** Dosovitskiy et al. 2021, arXiv:2010.11929, table 1; Xu et al. 2022, arXiv:2204.12484. */
function vitPose(width: number, layers: number): number {
  const norm = 2 * width;
  const attention = (width + 1) * 3 * width + (width + 1) * width;
  const feedForward = (width + 1) * 4 * width + (4 * width + 1) * width;
  return sum([
    (16 * 16 * 3 + 1) * width,
    16 * 12 * width,
    times(layers, 2 * norm + attention + feedForward),
    norm,
    head(width, 2),
  ]);
}

describe('with 17 joints at 256x192 as many parameters as published has', () => {
  const byName = Object.fromEntries(describeModels().map((model) => [model.name, model]));

  test.each([
    // millions as in MMPose's table of models, or in the paper
    ['mobilenetv2', mobileNetV2(), 9.57],
    ['hrnet-w32', hrNet(32), 28.54],
    ['hrnet-w48', hrNet(48), 63.6],
    ['rtmpose-t', rtmPose([24, 48, 96, 192, 384], [1, 1, 1, 1]), 3.34],
    ['rtmpose-s', rtmPose([32, 64, 128, 256, 512], [1, 2, 2, 1]), 5.47],
    ['rtmpose-m', rtmPose([48, 96, 192, 384, 768], [2, 4, 4, 2]), 13.59],
    ['vitpose-s', vitPose(384, 12), 24.29],
  ])('%s', (name, derived, millions) => {
    expect(byName[name]!.parameters).toBe(derived);
    expect(derived / 1e6).toBeCloseTo(millions, millions === 63.6 ? 1 : 2);
  });

  test.each([
    ['mobilenetv2', 1.59],
    ['hrnet-w32', 7.7],
    ['hrnet-w48', 15.77],
    ['rtmpose-t', 0.36],
    ['rtmpose-s', 0.68],
    ['rtmpose-m', 1.93],
  ])('%s, and its GFLOPs but for norms and activations', (name, published) => {
    const { gflops } = byName[name]!;
    expect(gflops).toBeLessThanOrEqual(published);
    expect(gflops).toBeGreaterThan(published * 0.98);
  });
});

describe('limber stays as it is: a change to it makes saved models unreadable', () => {
  const block = (inputs: number, filters: number, hasShortcut = inputs !== filters): number =>
    convolution(3, inputs, filters) +
    convolution(3, filters, filters) +
    (hasShortcut ? convolution(1, inputs, filters) : 0);
  const sizes = { 'limber-tiny': [32, 1, 32], 'limber-small': [48, 2, 64] } as const;
  test.each([
    ['limber-tiny', 1_227_649, 0.073285632],
    ['limber-small', 1_395_649, 0.151191552],
  ] as const)('%s', (name, parameters, gflops) => {
    const [finest, blocks, decoder] = sizes[name];
    const derived =
      convolution(3, 3, 16) +
      convolution(3, 16, 32) +
      block(32, finest) +
      (blocks - 1) * block(finest, finest) +
      block(finest, 64) +
      block(64, 128) +
      block(128, 128) +
      block(128, 192) +
      [finest, 64, 128, 192].reduce((sum, width) => sum + convolution(1, width, decoder), 0) +
      3 * convolution(3, decoder, decoder) +
      (decoder + 1) * 17;
    expect(derived).toBe(parameters);
    const inputSize = { height: 128, width: 96 };
    expect(describeModels().find((model) => model.name === name)).toEqual({
      name,
      parameters,
      gflops,
      inputSize,
    });
  });
});
