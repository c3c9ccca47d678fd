import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { limber } from './limber-command.ts';

describe('limber bench step', () => {
  const bench = (...words: string[]): ReturnType<typeof limber> =>
    limber(['bench', 'step', '--input-size', '64x64', '--batch', '2', ...words], tmpdir());

  test('prints the step, the memory and where the time goes as one JSON document', async () => {
    const words = ['--model', 'limber-tiny', '--precision', '32', '--steps', '3'];
    const { exitCode, stdout } = await bench(...words);
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as {
      medianStepSeconds: number;
      imagesPerSecond: number;
      peakBytes: number;
      kernels: { name: string; share: number }[];
    };
    expect(report).toMatchObject({ model: 'limber-tiny', batch: 2, precision: '32', steps: 3 });
    expect(report.imagesPerSecond).toBeCloseTo(2 / report.medianStepSeconds, 6);
    // the weights, their slots and the library itself are more than this
    expect(report.peakBytes).toBeGreaterThan(50e6);
    const names = report.kernels.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Conv2D', 'ResourceApplyAdam']));
    const shares = report.kernels.reduce((sum, { share }) => sum + share, 0);
    expect(shares).toBeGreaterThan(0);
    expect(shares).toBeLessThanOrEqual(1);
  });

  test('refuses a model that there is not, and a size that is none', async () => {
    const unknown = await bench('--model', 'resnet18');
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stdout).toBe('');
    expect(unknown.stderr).toContain(
      'model "resnet18": name: not usable: expected limber-tiny, limber-small, simplebaseline-resnet18, ',
    );
    for (const input of ['64', '0x192']) {
      const size = await bench('--model', 'limber-tiny', '--input-size', input);
      expect(size.exitCode).toBe(2);
      expect(size.stderr).toContain(`Expected height x width such as 256x192, got "${input}".`);
    }
  });
});

describe('limber bench evaluate', () => {
  const bench = (...words: string[]): ReturnType<typeof limber> =>
    limber(['bench', 'evaluate', '--images', '4', '--repeats', '1', ...words], tmpdir());

  test('prints how long it takes, with what memory, as one JSON document', async () => {
    const words = ['--persons', '9', '--detections', '5', '--seed', '3'];
    const { exitCode, stdout } = await bench(...words);
    expect(exitCode).toBe(0);
    const report = JSON.parse(stdout) as { seconds: number; peakBytes: number; AP: number };
    expect(report).toMatchObject({ images: 4, annotations: 9, results: 20, repeats: 1 });
    expect(report.seconds).toBeGreaterThan(0);
    // Node.js itself needs more than this
    expect(report.peakBytes).toBeGreaterThan(20e6);
    // some results are right and some are not
    expect(report.AP).toBeGreaterThan(0);
    expect(report.AP).toBeLessThan(1);
    const again = JSON.parse((await bench(...words)).stdout) as { AP: number };
    expect(again.AP).toBe(report.AP);
  });

  test('refuses images without persons', async () => {
    const { exitCode, stderr } = await bench('--persons', '3');
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'persons: too few: expected at least one for each of the 4 images, got 3.\n',
    );
  });
});
