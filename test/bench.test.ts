import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { limber } from './limber-command.ts';

describe('limber bench step', () => {
  const bench = (...words: string[]): ReturnType<typeof limber> =>
    limber(['bench', 'step', '--input', '64x64', '--batch', '2', ...words], tmpdir());

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
      'model "resnet18": name: not usable: expected limber-tiny, simplebaseline-resnet18, ',
    );
    for (const input of ['64', '0x192']) {
      const size = await bench('--model', 'limber-tiny', '--input', input);
      expect(size.exitCode).toBe(2);
      expect(size.stderr).toContain(`Expected height x width such as 256x192, got "${input}".`);
    }
  });
});
