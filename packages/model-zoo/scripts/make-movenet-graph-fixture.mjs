// Makes src/pretrained/fixtures/movenet-lightning-graph.json.gz: the operations of the published graph up to its heads, and
// the list of their weights, without a number of them. The test fills them at random.
//   node packages/model-zoo/scripts/make-movenet-graph-fixture.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { readMovenetFiles } from '../dist/pretrained/movenet-files.js';

const { graph } = await readMovenetFiles('movenet-lightning', { onNotice: console.log });
const { modelTopology, weightsManifest } = JSON.parse(graph);
const nodes = new Map(modelTopology.node.map((node) => [node.name, node]));
const inputName = [...nodes.keys()].find((name) => name.endsWith('/sub_1'));

const kept = new Map();
const keep = (name) => {
  if (kept.has(name)) return;
  const { input = [], ...node } = nodes.get(name);
  // the graph's own normalisation is left out: its result becomes the input
  const inputs = name === inputName ? [] : input;
  kept.set(name, name === inputName ? placeholder(name) : { ...node, input: inputs });
  for (const one of inputs) keep(one.split(':')[0]);
};
const placeholder = (name) => ({
  name,
  op: 'Placeholder',
  attr: {
    dtype: { type: 'DT_FLOAT' },
    shape: { shape: { dim: [{ size: '-1' }, { size: '-1' }, { size: '-1' }, { size: '3' }] } },
  },
});
for (const name of nodes.keys()) if (/_0\/conv2d_\d\/BiasAdd$/.test(name)) keep(name);

const order = modelTopology.node.map(({ name }) => name).filter((name) => kept.has(name));
const fixture = {
  modelTopology: { ...modelTopology, library: {}, node: order.map((name) => kept.get(name)) },
  signature: {},
  weightsManifest: weightsManifest.map((group) => ({
    weights: group.weights.filter(({ name }) => kept.has(name)),
  })),
};
const folder = new URL('../src/pretrained/fixtures/', import.meta.url);
mkdirSync(folder, { recursive: true });
const bytes = gzipSync(JSON.stringify(fixture), { level: 9 });
writeFileSync(new URL('movenet-lightning-graph.json.gz', folder), bytes);
console.log(`${order.length} of ${nodes.size} nodes, ${bytes.length} bytes`);
