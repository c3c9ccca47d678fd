import {
  createOptimizer,
  createPeakMemory,
  imageBatch,
  loadEngine,
  profileOperations,
  readResult,
  sizeOfShape,
  trainableVariables,
} from '@limber/engine';
import type { BackendChoice, Engine, Tensor } from '@limber/engine';
import { createCodec, createRandom } from '@limber/keypoints';
import { createModel } from '@limber/model-zoo';
import type { PoseModel } from '@limber/model-zoo';
import { medianOf } from './median.ts';

/** What is measured. */
export interface StepBenchmarkOptions {
  readonly model: string;
  readonly batch: number;
  readonly precision: '32' | 'bf16-mixed' | 'auto';
  /** Pixels. */
  readonly inputSize: { readonly height: number; readonly width: number };
  /** Steps measured, after the first ones. */
  readonly steps: number;
  readonly threads?: number;
  readonly backend: BackendChoice;
}

/** What was measured. */
export interface StepBenchmark {
  readonly model: string;
  readonly batch: number;
  readonly precision: string;
  readonly inputSize: { readonly height: number; readonly width: number };
  readonly engine: string;
  readonly threads: number | null;
  readonly steps: number;
  readonly medianStepSeconds: number;
  readonly imagesPerSecond: number;
  /** The most main memory that the whole process held during a measured step. */
  readonly peakBytes: number;
  /** Main memory held in the middle and at the end of the measured steps: it should not grow. */
  readonly residentBytes: { readonly middle: number; readonly last: number };
  /** Where the time of a step goes, slowest first. */
  readonly kernels: readonly {
    readonly name: string;
    readonly count: number;
    readonly milliseconds: number;
    /** Of the whole step, in [0, 1]; what is missing is spent between the operations. */
    readonly share: number;
  }[];
}

/** Steps before the measured ones: TensorFlow prepares its kernels in the first. */
const warmUpSteps = 2;
const profiledSteps = 3;
const learningRate = 1e-3;
const jointCount = 17;

/**
 * Measures whole training steps on random data: 8-bit images to the device, forward, mean squared
 * error of the outputs, backward, Adam, and reading the loss.
 *
 * @throws {LimberError} `invalid-argument` for a model that there is not, or of an impossible size.
 */
export async function benchStep(options: StepBenchmarkOptions): Promise<StepBenchmark> {
  const { backend, batch, inputSize, steps, threads } = options;
  const engine = await loadEngine({
    precision: options.precision,
    backend,
    ...(threads !== undefined && { threads }),
  });
  const model = createModel(engine, { name: options.model, inputSize, jointCount }, { seed: 0 });
  const step = createStep(engine, model, options);
  const memory = createPeakMemory();
  for (let index = 0; index < warmUpSteps; index += 1) await step();
  const seconds: number[] = [];
  let middle = 0;
  memory.reset();
  for (let index = 0; index < steps; index += 1) {
    const start = performance.now();
    await step();
    seconds.push((performance.now() - start) / 1000);
    if (index === steps >> 1) middle = process.memoryUsage.rss();
  }
  const peakBytes = memory.read();
  const last = process.memoryUsage.rss();
  const median = medianOf(seconds);
  return {
    model: options.model,
    batch,
    precision: engine.precision,
    inputSize,
    engine: engine.kind,
    threads: engine.threads,
    steps,
    medianStepSeconds: median,
    imagesPerSecond: batch / median,
    peakBytes,
    residentBytes: { middle, last },
    kernels: await profileSteps(engine, step),
  };
}

function createStep(
  engine: Engine,
  { model, normalization, codec }: PoseModel,
  { batch, inputSize: { height, width } }: StepBenchmarkOptions,
): () => Promise<void> {
  const { tf } = engine;
  const variables = trainableVariables(model);
  const optimizer = createOptimizer(engine, variables, { type: 'adam' });
  const random = createRandom(0, 'bench step');
  const pixels = new Uint8Array(batch * height * width * 3).map(() => random.uniform() * 256);
  const shape = [batch, height, width, 3] as const;
  const size = [batch, ...createCodec(codec).targetShape(jointCount)];
  const count = sizeOfShape(size);
  const target = tf.tensor(
    Float32Array.from({ length: count }, () => random.uniform()),
    size,
  );
  return async () => {
    await readResult(engine, () => {
      const images = imageBatch(engine, pixels, { shape, ...normalization });
      const { value, grads } = tf.variableGrads(() => {
        const output = model.apply(images, { training: true }) as Tensor;
        return output.reshape(size).squaredDifference(target).mean().asScalar();
      }, variables);
      optimizer.applyGradients(grads, learningRate);
      return value;
    });
  };
}

async function profileSteps(
  engine: Engine,
  step: () => Promise<void>,
): Promise<StepBenchmark['kernels']> {
  const start = performance.now();
  const operations = await profileOperations(engine, async () => {
    for (let index = 0; index < profiledSteps; index += 1) await step();
  });
  const stepMilliseconds = (performance.now() - start) / profiledSteps;
  return operations.map(({ name, count, milliseconds }) => ({
    name,
    count: count / profiledSteps,
    milliseconds: milliseconds / profiledSteps,
    share: milliseconds / profiledSteps / stepMilliseconds,
  }));
}
