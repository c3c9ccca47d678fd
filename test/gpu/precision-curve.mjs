// Trains a small network on a fixed problem in one precision, and prints its losses as JSON.
// Usage: node test/gpu/precision-curve.mjs 32|bf16-mixed
import { createOptimizer, loadEngine, trainableVariables } from '@limber/engine';
import { createRandom } from '@limber/keypoints';

const [precision = '32'] = process.argv.slice(2);
const steps = 60;
const engine = await loadEngine({ precision });
const { tf } = engine;

const random = createRandom(0, 'precision curve');
const create = (shape) => {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.uniform() - 0.5),
    shape,
  );
};
const convolution = (filters, seed, strides = 1) =>
  tf.layers.conv2d({
    filters,
    strides,
    kernelSize: 3,
    padding: 'same',
    useBias: false,
    kernelInitializer: tf.initializers.heNormal({ seed }),
  });
const block = (filters, seed, strides) => [
  convolution(filters, seed, strides),
  tf.layers.batchNormalization(),
  tf.layers.activation({ activation: 'relu' }),
];
const model = tf.sequential();
model.add(tf.layers.inputLayer({ inputShape: [64, 48, 4] }));
for (const layer of [...block(32, 1), ...block(64, 2, 2), ...block(64, 3), convolution(8, 4)]) {
  model.add(layer);
}

const images = create([16, 64, 48, 4]);
const target = create([16, 32, 24, 8]);
const variables = trainableVariables(model);
const optimizer = createOptimizer(engine, variables, { type: 'adam' });
const losses = [];
for (let step = 0; step < steps; step += 1) {
  tf.tidy(() => {
    const { value, grads } = tf.variableGrads(
      () => model.apply(images, { training: true }).squaredDifference(target).mean().asScalar(),
      variables,
    );
    optimizer.applyGradients(grads, 3e-3);
    losses.push(value.dataSync()[0]);
  });
}
console.log(JSON.stringify({ engine: engine.kind, precision: engine.precision, losses }));
