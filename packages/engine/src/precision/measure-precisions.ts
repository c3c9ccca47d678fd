import { runCommand } from '../provisioning/run-command.ts';
import type { Precision } from './available-precisions.ts';

/** Seconds that the same work takes in each precision. */
export type PrecisionSeconds = Readonly<Record<Precision, number>>;

const timeoutMs = 60_000;

/**
 * The convolutions of a training step, forward and both gradients, at two depths of a ResNet, as
 * mixed precision runs them: images and weights are cast first. The shortest of alternating rounds
 * counts, which other work on the machine disturbs least.
 */
const probe = `
const addon = require(process.argv[1]);
const float32 = addon.TF_FLOAT;
const bfloat16 = 14;
const type = (name, value) => ({ name, type: addon.TF_ATTR_TYPE, value });
const ints = (name, value) => ({ name, type: addon.TF_ATTR_INT, value });
const text = (name, value) => ({ name, type: addon.TF_ATTR_STRING, value });
const create = (shape) => {
  const size = shape.reduce((product, side) => product * side, 1);
  const values = Float32Array.from({ length: size }, (_, index) => ((index * 37) % 101) / 101 - 0.5);
  return addon.createTensor(shape, float32, values);
};
const layers = [[[8, 48, 36, 64], [3, 3, 64, 64]], [[8, 12, 9, 256], [3, 3, 256, 256]]].map(
  ([images, filter]) => ({
    images: create(images),
    filter: create(filter),
    imagesShape: addon.createTensor([4], addon.TF_INT32, Int32Array.from(images)),
    filterShape: addon.createTensor([4], addon.TF_INT32, Int32Array.from(filter)),
  }),
);
const round = (precision) => {
  const start = process.hrtime.bigint();
  for (const { images, filter, imagesShape, filterShape } of layers) {
    const made = [];
    const run = (name, attributes, inputs) => {
      const [{ id }] = addon.executeOp(name, attributes, inputs, 1);
      made.push(id);
      return id;
    };
    const isLow = precision === 'bf16-mixed';
    const cast = (id) => isLow ? run('Cast', [type('SrcT', float32), type('DstT', bfloat16)], [id]) : id;
    const convolution = [
      type('T', isLow ? bfloat16 : float32),
      ints('strides', [1, 1, 1, 1]),
      text('padding', 'SAME'),
      text('data_format', 'NHWC'),
      ints('dilations', [1, 1, 1, 1]),
    ];
    const [x, w] = [cast(images), cast(filter)];
    const y = run('Conv2D', convolution, [x, w]);
    run('Conv2DBackpropInput', convolution, [imagesShape, w, y]);
    run('Conv2DBackpropFilter', convolution, [x, filterShape, y]);
    for (const id of made) addon.deleteTensor(id);
  }
  return Number(process.hrtime.bigint() - start) / 1e9;
};
const shortest = { '32': Infinity, 'bf16-mixed': Infinity };
for (let number = 0; number < 8; number++) {
  for (const precision of Object.keys(shortest)) {
    const seconds = round(precision);
    if (number > 1) shortest[precision] = Math.min(shortest[precision], seconds);
  }
}
process.stdout.write(JSON.stringify(shortest));
`;

/**
 * Measures the precisions on this processor, in a process of its own; takes a second or two.
 *
 * @param addonPath - the engine's addon.
 * @param threads - within an operation.
 * @throws {LimberError} `command-failed` if the addon does not compute in bfloat16.
 */
export async function measurePrecisions(
  addonPath: string,
  threads: number,
): Promise<PrecisionSeconds> {
  const output = await runCommand(process.execPath, ['-e', probe, addonPath], {
    timeoutMs,
    env: {
      TF_CPP_MIN_LOG_LEVEL: '2',
      ...process.env,
      TF_NUM_INTRAOP_THREADS: String(threads),
      TF_NUM_INTEROP_THREADS: '1',
    },
  });
  return JSON.parse(output) as PrecisionSeconds;
}
