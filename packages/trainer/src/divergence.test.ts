import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, Scalar } from '@limber/engine';
import { createOptimizer } from '@limber/engine';
import { afterAll, describe, expect, test } from 'vitest';
import { createModelCheckpoint } from './callbacks/model-checkpoint.ts';
import { findLastGoodCheckpoint } from './checkpoints/find-checkpoint.ts';
import { TrainingDiverged } from './errors/training-diverged.ts';
import type { LinearBatch, LinearModule } from './fixtures/linear-module.suite.ts';
import { createLinearModule, linearSource } from './fixtures/linear-module.suite.ts';
import { useLinearModule } from './fixtures/use-linear-module.suite.ts';
import { constantRate } from './schedules/learning-rate-schedule.ts';
import type { TrainerOptions } from './trainer-options.ts';
import { Trainer } from './trainer.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-divergence-'));
let engine: Engine;
let module: LinearModule;
afterAll(() => rmSync(root, { recursive: true }));
useLinearModule((...each) => ([engine, module] = each));

const advice =
  ': expected a finite number. Lower the learning rate, lengthen the warm-up, or clip the gradients.';

/** Changes the loss of one step. */
function brokenAt(
  step: number,
  change: (loss: Scalar) => Scalar,
  inner: LinearModule = module,
): LinearModule {
  return {
    ...inner,
    trainingStep: (batch, index, trainer) => {
      const loss = inner.trainingStep(batch, index, trainer);
      return trainer.globalStep === step ? change(loss) : loss;
    },
  };
}

const toNaN = (loss: Scalar): Scalar => loss.mul(Number.NaN).asScalar();

async function fit(broken: LinearModule, options: Partial<TrainerOptions<LinearBatch>>) {
  const trainer = new Trainer<LinearBatch>({ engine, maxEpochs: 1, ...options });
  return trainer.fit(broken, { train: linearSource(20) }).catch((error: unknown) => error);
}

describe('a NaN', () => {
  test('between two checkpoints and no logged step leaves the good checkpoint as it was', async () => {
    const dirpath = join(root, 'plain');
    const keeper = createModelCheckpoint({ dirpath, everyNTrainSteps: 10, saveTopK: 1 });
    const error = await fit(brokenAt(11, toNaN), { callbacks: [keeper] });
    expect(error).toBeInstanceOf(TrainingDiverged);
    expect((error as Error).message).toBe(`The loss is NaN at step 20 (epoch 0)${advice}`);
    expect(readdirSync(dirpath)).toEqual(['epoch=0-step=10.safetensors']);
    const found = await findLastGoodCheckpoint([dirpath], () => {});
    expect(found?.contents.facts.position.step).toBe(10);
    // what the callback says is there is there
    expect(keeper.bestModelPath).toBe(join(dirpath, 'epoch=0-step=10.safetensors'));
  });

  test('that is gone by the time of the checkpoint does not go unseen', async () => {
    const dirpath = join(root, 'passing');
    const keeper = createModelCheckpoint({ dirpath, everyNTrainSteps: 10 });
    // NaN as a number, with the gradients of the loss
    const once = brokenAt(11, (loss) => loss.add(engine.tf.scalar(Number.NaN)).asScalar());
    const error = await fit(once, { callbacks: [keeper] });
    expect((error as Error).message).toBe(`The loss is NaN at step 20 (epoch 0)${advice}`);
    expect(readdirSync(dirpath)).toEqual(['epoch=0-step=10.safetensors']);
  });

  test('in a fit too short for a logged step is no success', async () => {
    const error = await fit(brokenAt(3, toNaN), {});
    expect((error as Error).message).toBe(`The loss is NaN at step 20 (epoch 0)${advice}`);
  });

  test('that the last step puts into a weight is no success, and is named', async () => {
    // the loss of the last step is finite, its update is not
    const leap = (inner: LinearModule): LinearModule => ({
      ...inner,
      configureOptimizers: (trainer) => ({
        ...inner.configureOptimizers(trainer),
        schedule: (step) => (step === 19 ? Number.MAX_VALUE : 0.05),
      }),
    });
    const error = await fit(leap(module), {});
    expect((error as Error).message).toBe(
      `The weight "linear/kernel" is not finite at step 20 (epoch 0)${advice}`,
    );
    const dirpath = join(root, 'leaping');
    const keeper = createModelCheckpoint({ dirpath, everyNTrainSteps: 10 });
    const other = createLinearModule(engine);
    const saving = await fit(leap(other), { callbacks: [keeper] });
    other.dispose();
    expect((saving as Error).message).toMatch(
      /^"weights\/linear\/kernel" is not finite at step 20/,
    );
    expect(readdirSync(dirpath)).not.toContain('epoch=0-step=20.safetensors');
  });

  test('of the optimizer alone is named', async () => {
    const dirpath = join(root, 'optimizer');
    const huge: LinearModule = {
      ...module,
      configureOptimizers: () => ({
        optimizer: createOptimizer(
          engine,
          module.weights.filter(({ isTrainable }) => isTrainable).map(({ variable }) => variable),
          { type: 'adam' },
        ),
        schedule: constantRate(0.05),
      }),
    };
    const broken = brokenAt(9, (loss) => loss.mul(1e25).asScalar(), huge);
    const keeper = createModelCheckpoint({ dirpath, everyNTrainSteps: 10 });
    const error = await fit(broken, { callbacks: [keeper] });
    // the squares of Adam's gradients overflow, and that weight would never learn again
    expect((error as Error).message).toBe(
      `"optimizer/linear/kernel/v" is not finite at step 10 (epoch 0)${advice}`,
    );
    expect(readdirSync(dirpath)).toEqual([]);
  });

  test('is not saved on the exception that it makes either', async () => {
    const dirpath = join(root, 'exception');
    const warnings: string[] = [];
    const keeper = createModelCheckpoint({ dirpath, everyNTrainSteps: 10, saveOnException: true });
    const onWarning = (line: string): void => void warnings.push(line);
    await fit(brokenAt(11, toNaN), { callbacks: [keeper], onWarning });
    expect([readdirSync(dirpath), warnings]).toEqual([['epoch=0-step=10.safetensors'], []]);
  });
});

test('watching the loss keeps no tensor', async () => {
  const before = engine.tf.memory().numTensors;
  await fit(module, { maxEpochs: 2 });
  expect(engine.tf.memory().numTensors).toBe(before);
});
