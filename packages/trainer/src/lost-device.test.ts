import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '@limber/engine';
import { afterAll, expect, test, vi } from 'vitest';
import { hasWebgpu } from '../../engine/src/loading/find-webgpu.suite.ts';
import { createModelCheckpoint } from './callbacks/model-checkpoint.ts';
import type { LinearBatch } from './fixtures/linear-module.suite.ts';
import { createLinearModule, linearSource } from './fixtures/linear-module.suite.ts';
import { Trainer } from './trainer.ts';

vi.setConfig({ testTimeout: 300_000 });

const root = mkdtempSync(join(tmpdir(), 'limber-lost-device-'));
afterAll(() => rmSync(root, { recursive: true }));

test.runIf(hasWebgpu)(
  'a device that is lost ends the fit with one error, and the checkpoint before it stays',
  async () => {
    const engine = await loadEngine({ backend: 'webgpu' });
    const { device } = engine.tf.backend() as unknown as { readonly device: { destroy(): void } };
    const warnings: string[] = [];
    const options = { dirpath: root, everyNTrainSteps: 4, saveTopK: -1, saveOnException: true };
    const keeper = createModelCheckpoint(options);
    const seen: number[] = [];
    const trainer = new Trainer<LinearBatch>({
      engine,
      maxEpochs: 2,
      logEveryNSteps: 1,
      onWarning: (line) => void warnings.push(line),
      callbacks: [
        {
          // what was logged can be looked at without waiting
          onTrainBatchEnd: ({ callbackMetrics, globalStep }) => {
            seen.push(callbackMetrics['train/loss']!);
            if (globalStep === 6) device.destroy();
          },
        },
        keeper,
      ],
    });
    const fit = trainer.fit(createLinearModule(engine), {
      train: linearSource(10),
      val: linearSource(1),
    });
    await expect(fit).rejects.toThrow(
      /^WebGPU on .*: the device was lost \(.*\)\. Run the same command again: a training goes on from its last checkpoint\.$/,
    );
    expect(seen).toHaveLength(6);
    expect(seen.every(Number.isFinite)).toBe(true);
    expect(warnings).toEqual([]);
    expect(keeper.entries).toHaveLength(1);
    expect(existsSync(keeper.bestModelPath!)).toBe(true);
    expect(existsSync(join(root, 'recent.safetensors'))).toBe(false);
  },
);
