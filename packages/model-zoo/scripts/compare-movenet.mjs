// Compares MoveNet as it is built here with the published graphs, stage by stage:
//   node packages/model-zoo/scripts/compare-movenet.mjs
// Build the packages first. The weights are fetched if they are not installed. Ends with 1 if a stage differs at all.
// Both get the input that the graph normalised itself, so that only the layers are compared.
import { loadEngine, namedWeights, writeWeights } from '@limber/engine';
import { moveNetFeatures, moveNetHead } from '../dist/architectures/movenet.js';
import { createLayersNetwork } from '../dist/networks/layers-network.js';
import { loadGraphModel } from '../dist/pretrained/graph-model.js';
import { readMovenetFiles } from '../dist/pretrained/movenet-files.js';
import { movenetWeights } from '../dist/pretrained/movenet-weights.js';

/** Heads: our name, the graph's, and its number of filters. */
const heads = [
  ['head.heatmap', 'kpt_heatmap_0', 17],
  ['head.center', 'center_0', 1],
  ['head.regression', 'kpt_regress_0', 34],
  ['head.offset', 'kpt_offset_0', 34],
];
const boxHeads = [
  ['head.boxSize', 'box_scale_0', 2],
  ['head.boxOffset', 'box_offset_0', 2],
];
const models = {
  'movenet-lightning': { width: 1, size: 192, heads },
  'movenet-thunder': { width: 1.75, size: 256, heads },
  'movenet-multipose': { width: 1.5, size: 256, heads: [...heads, ...boxHeads] },
};

/** Where the backbone and the neck are compared: our layer, the graph's node. */
const stages = [
  ['backbone.stem.relu', 'model_1/model/Conv1_relu/Relu6'],
  ['backbone.blocks.2.add', 'model_1/model/block_2_add/add'],
  ['backbone.blocks.5.add', 'model_1/model/block_5_add/add'],
  ['backbone.blocks.9.add', 'model_1/model/block_9_add/add'],
  ['backbone.blocks.12.add', 'model_1/model/block_12_add/add'],
  ['backbone.last.relu', 'model_1/model/out_relu/Relu6'],
  ['neck.smooth.2.relu', 'model_1/re_lu/Relu'],
  ['neck.smooth.1.relu', 'model_1/re_lu_1/Relu'],
  ['neck.smooth.0.relu', 'model_1/re_lu_2/Relu'],
];

const engine = await loadEngine({ precision: '32' });
const { tf } = engine;
let worst = 0;
for (const [name, { width, size, heads: modelHeads }] of Object.entries(models)) {
  const files = await readMovenetFiles(name, { onNotice: console.log });
  const graph = await loadGraphModel(engine, files);
  const nodes = JSON.parse(files.graph).modelTopology.node.map((node) => node.name);
  const find = (end) => {
    const found = nodes.find((node) => node.endsWith(`/${end}`));
    if (found === undefined) throw new Error(`The graph of ${name} has no node ${end}.`);
    return found;
  };
  const { network } = createLayersNetwork(engine);
  const input = tf.input({ shape: [size, size, 3] });
  const features = moveNetFeatures(network, input, width);
  const outputs = modelHeads.map(([head, , filters]) =>
    moveNetHead(network, { name: head, filters }, features),
  );
  const whole = tf.model({ inputs: input, outputs });
  const tensors = movenetWeights(files);
  writeWeights(engine, namedWeights(whole), { tensors, source: name });
  const compared = [
    ...stages,
    ...modelHeads.map(([head, node]) => [
      `${head}.output`,
      nodes.find((one) => new RegExp(`/${node}/conv2d_\\d/BiasAdd$`).test(one)),
    ]),
  ];
  const layers = compared.map(([layer]) => whole.getLayer(layer).output);
  const stepwise = tf.model({ inputs: input, outputs: layers });
  // waves of another length for each color, and noise: nothing of it is constant
  const pixels = tf.tidy(() => {
    const at = tf.range(0, size * size * 3).reshape([1, size, size, 3]);
    const waves = at.mul(0.0137).sin().add(at.mul(0.00071).cos()).mul(55);
    return waves
      .add(tf.randomUniform(at.shape, 70, 180, 'float32', 7))
      .floor()
      .toInt();
  });
  const nodeNames = compared.map(([, node]) => (node.startsWith('Stateful') ? node : find(node)));
  const [normalized, ...expected] = graph.execute(pixels, [find('sub_1'), ...nodeNames]);
  const actual = stepwise.predict(normalized);
  for (const [index, [layer]] of compared.entries()) {
    const difference = tf.tidy(() => actual[index].sub(expected[index]).abs().max().dataSync()[0]);
    const largest = tf.tidy(() => expected[index].abs().max().dataSync()[0]);
    worst = Math.max(worst, difference);
    console.log(`${name} ${layer}: differs by ${difference} (largest value ${largest.toFixed(2)})`);
  }
  console.log(`${name}: ${Object.keys(tensors).length} weights, ${whole.countParams()} numbers`);
}
process.exitCode = worst === 0 ? 0 : 1;
