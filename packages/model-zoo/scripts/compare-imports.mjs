// Imports whole PyTorch checkpoints and compares the outputs with PyTorch's.
//   python packages/model-zoo/src/importing/fixtures/how-made.py FOLDER --whole
//   npx nx run-many -t build && node packages/model-zoo/scripts/compare-imports.mjs FOLDER
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEngine } from '@limber/engine';
import { createModel, importWeights } from '@limber/model-zoo';

const folder = process.argv[2];
const engine = await loadEngine();
const { tf } = engine;

const cases = [
  ['resnet18', 'resnet18.pth', 'simplebaseline-resnet18', 'backbone.layer4.1.relu'],
  ['resnet50', 'resnet50.pth', 'simplebaseline-resnet50', 'backbone.layer4.2.relu'],
  ['mmpose', 'mmpose.pth', 'simplebaseline-resnet18', 'head.final_layer'],
  ['mmpose', 'mmpose.safetensors', 'simplebaseline-resnet18', 'head.final_layer'],
];
for (const [data, file, name, layer] of cases) {
  const { input, output } = JSON.parse(readFileSync(join(folder, `${data}.json`), 'utf8'));
  const bytes = readFileSync(join(folder, `${data}.f32`));
  const numbers = new Float32Array(new Uint8Array(bytes).buffer);
  const size = input.reduce((product, side) => product * side, 1);
  const spec = { name, inputSize: { height: input[1], width: input[2] }, jointCount: 17 };
  const model = createModel(engine, spec, { seed: 1 });
  const report = await importWeights(engine, model, { file: join(folder, file) });
  const part = tf.model({
    inputs: model.model.inputs,
    outputs: model.model.getLayer(layer).output,
  });
  const [difference, largest] = tf.tidy(() => {
    const expected = tf.tensor(numbers.subarray(size), output);
    const got = part.predict(tf.tensor(numbers.subarray(0, size), input));
    return [got.sub(expected).abs().max().dataSync()[0], expected.abs().max().dataSync()[0]];
  });
  model.dispose();
  const { map, imported, fresh, dropped } = report;
  const leftOver = dropped.filter((tensor) => !tensor.endsWith('num_batches_tracked'));
  console.log(
    `${file} (${map}, input ${input.join('x')}): ${imported.length} imported, ${fresh.length} fresh, ` +
      `left out ${leftOver.join(' ') || 'none'} and ${dropped.length - leftOver.length} counters; ` +
      `largest difference ${difference.toExponential(2)} of values up to ${largest.toFixed(3)}`,
  );
}
