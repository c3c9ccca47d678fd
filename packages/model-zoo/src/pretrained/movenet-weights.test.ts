import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Engine, Tensor } from '@limber/engine';
import { loadEngine, namedWeights, writeWeights } from '@limber/engine';
import type { Random } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import { beforeAll, expect, test } from 'vitest';
import { moveNetFeatures, moveNetHead } from '../architectures/movenet.ts';
import { createLayersNetwork } from '../networks/layers-network.ts';
import type { WeightSpec } from './graph-model.ts';
import { loadGraphModel, parseGraph } from './graph-model.ts';
import type { MovenetFiles } from './movenet-files.ts';
import { movenetWeights } from './movenet-weights.ts';

/** The operations of the published graph, see `scripts/make-movenet-graph-fixture.mjs`. */
const fixture = new URL('fixtures/movenet-lightning-graph.json.gz', import.meta.url);
const inputSize = { height: 64, width: 96 };
const batch = 1;

/** Our layer, the end of the graph's name for its result, and the filters if it is a head. */
const heads = [
  ['head.heatmap', 'kpt_heatmap_0/conv2d_5/BiasAdd', 17],
  ['head.center', 'center_0/conv2d_4/BiasAdd', 1],
  ['head.regression', 'kpt_regress_0/conv2d_6/BiasAdd', 34],
  ['head.offset', 'kpt_offset_0/conv2d_7/BiasAdd', 34],
] as const;
const stages = [
  ['backbone.stem.relu', 'model_1/model/Conv1_relu/Relu6'],
  ['backbone.blocks.2.add', 'model_1/model/block_2_add/add'],
  ['backbone.blocks.5.add', 'model_1/model/block_5_add/add'],
  ['backbone.blocks.9.add', 'model_1/model/block_9_add/add'],
  ['backbone.last.relu', 'model_1/model/out_relu/Relu6'],
  ['neck.smooth.2.relu', 'model_1/re_lu/Relu'],
  ['neck.smooth.0.relu', 'model_1/re_lu_2/Relu'],
  ...heads.map(([name, node]) => [`${name}.output`, node] as const),
] as const;

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine();
});

/** Random half-precision numbers of the size that keeps activations in range, in the fixture's order. */
function randomWeights(graph: Buffer): Buffer {
  const random = createRandom(1, 'movenet graph');
  const specs = parseGraph(graph).weightsManifest.flatMap(({ weights }) => weights);
  return Buffer.concat(specs.map((spec) => randomNumbers(spec, random)));
}

function randomNumbers({ shape, dtype, name }: WeightSpec, random: Random): Buffer {
  const count = shape.reduce((product, side) => product * side, 1);
  if (dtype === 'int32') return upsampledSize(name);
  const isDepthwise = shape.at(-1) === 1 && shape[0] === 3;
  const inputs = shape.length === 1 ? 16 : isDepthwise ? 9 : count / shape.at(-1)!;
  const exponent = 15 + Math.round(Math.log2(Math.sqrt(2 / inputs)));
  const bits = Uint16Array.from({ length: count }, () => {
    const sign = random.uniform() < 0.5 ? 0 : 1;
    return (sign << 15) | (exponent << 10) | Math.floor(random.uniform() * 1024);
  });
  return Buffer.from(bits.buffer);
}

/** The graph has the sizes of the upsampled maps as constants: 1/16, 1/8 and 1/4 of its input. */
function upsampledSize(name: string): Buffer {
  const level = Number(/up_sampling2d(?:_(\d))?\/mul$/.exec(name)?.[1] ?? 0);
  const stride = 16 / 2 ** level;
  return Buffer.from(Int32Array.of(inputSize.height / stride, inputSize.width / stride).buffer);
}

test('the published graph and its layers here give the same numbers at every stage', async () => {
  const { tf } = engine;
  const graph = gunzipSync(readFileSync(fixture));
  const files: MovenetFiles = { graph, weights: randomWeights(graph) };
  const published = await loadGraphModel(engine, files);
  const { node: nodes } = parseGraph(graph).modelTopology as { node: { name: string }[] };
  const nodeOf = (end: string): string => nodes.find(({ name }) => name.endsWith(`/${end}`))!.name;

  const { network } = createLayersNetwork(engine);
  const input = tf.input({ shape: [inputSize.height, inputSize.width, 3] });
  const features = moveNetFeatures(network, input, 1);
  const whole = tf.model({
    inputs: input,
    outputs: heads.map(([name, , filters]) => moveNetHead(network, { name, filters }, features)),
  });
  const tensors = movenetWeights(files);
  writeWeights(engine, namedWeights(whole), { tensors, source: 'the graph' });
  const stepwise = tf.model({
    inputs: input,
    outputs: stages.map(([layer]) => whole.getLayer(layer).output as typeof input),
  });

  tf.tidy(() => {
    const images = tf.randomUniform(
      [batch, inputSize.height, inputSize.width, 3],
      -1,
      1,
      'float32',
      3,
    );
    const expected = published.execute(
      { [nodeOf('sub_1')]: images },
      stages.map(([, node]) => nodeOf(node)),
    ) as Tensor[];
    const actual = stepwise.predict(images) as Tensor[];
    for (const [index, [layer]] of stages.entries()) {
      const spread = expected[index]!.abs().max().dataSync()[0]!;
      expect(spread, `${layer} is not all 0`).toBeGreaterThan(0.1);
      const difference = actual[index]!.sub(expected[index]!).abs().max().dataSync()[0]!;
      // the JavaScript backend adds in another order where the graph has fused operations
      expect(difference, layer).toBeLessThanOrEqual(engine.native === null ? spread * 1e-5 : 0);
    }
  });
  published.dispose();
  whole.dispose();
});
