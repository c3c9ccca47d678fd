import type { NodeOf } from '../graphs/pose-graph.ts';
import type { GraphDefBuilder } from './graph-def-builder.ts';

/** What an operation reads, and the name of its result. */
export interface TfjsPlaces {
  readonly input: string;
  readonly name: string;
}

/** Attention on [B, H, W, 3 C]: queries, keys and values, each head by head. No tensor has more than four axes. */
export function addAttention(
  builder: GraphDefBuilder,
  { heads, shape: { height, width, channels } }: NodeOf<'attention'>,
  { input, name }: TfjsPlaces,
): string {
  const headWidth = channels / heads;
  const rows = builder.reshape(`${name}.rows`, input, [-1, height * width, 3 * heads, headWidth]);
  const perHead = transpose(builder, { input: rows, name: `${name}.parts` });
  const axis = builder.whole(`${name}.axis`, 1);
  const parts = builder.add('Split', [axis, perHead], {
    name: `${name}.part`,
    num_split: { i: 3 },
  });
  const [queries, keys, values] = [parts, `${parts}:1`, `${parts}:2`];
  const factor = builder.floats(`${name}.factor`, [], Float32Array.of(headWidth ** -0.5));
  const scaled = builder.add('Mul', [queries, factor], { name: `${name}.queries` });
  const scores = builder.multiplyMatrices(`${name}.scores`, scaled, {
    by: keys,
    isTransposed: true,
  });
  const shares = builder.add('Softmax', [scores], { name: `${name}.shares` });
  const attended = builder.multiplyMatrices(`${name}.attended`, shares, { by: values });
  const turned = transpose(builder, { input: attended, name: `${name}.turned` });
  return builder.reshape(name, turned, [-1, height, width, channels]);
}

/** The second and the third axis trade places. */
function transpose(builder: GraphDefBuilder, { input, name }: TfjsPlaces): string {
  return builder.add('Transpose', [input, builder.wholes(`${name}.axes`, [0, 2, 1, 3])], { name });
}

/** Gated attention on [B, 1, N, 2 E + S]: gates, values and base. */
export function addGatedAttention(
  builder: GraphDefBuilder,
  node: NodeOf<'gated-attention'>,
  { input, name }: TfjsPlaces,
): string {
  const { scale, offset, keyWidth } = node;
  const { width: tokens, channels } = node.shape;
  const rows = builder.reshape(`${name}.rows`, input, [-1, tokens, 2 * channels + keyWidth]);
  const sizes = builder.wholes(`${name}.sizes`, [channels, channels, keyWidth]);
  const axis = builder.whole(`${name}.axis`, 2);
  const parts = builder.add('SplitV', [rows, sizes, axis], {
    name: `${name}.part`,
    num_split: { i: 3 },
  });
  const [gates, values, base] = [parts, `${parts}:1`, `${parts}:2`];
  const copyOf = (role: string, row: number): string => {
    const place = `${name}.${role}`;
    const [factor, summand] = [scale, offset].map(({ data }, at) =>
      builder.floats(
        `${place}.${at === 0 ? 'scale' : 'offset'}`,
        [keyWidth],
        data.slice(row * keyWidth, (row + 1) * keyWidth),
      ),
    );
    const scaled = builder.add('Mul', [base, factor!], { name: `${place}.scaled` });
    return builder.add('AddV2', [scaled, summand!], { name: place });
  };
  const scores = builder.multiplyMatrices(`${name}.scores`, copyOf('queries', 0), {
    by: copyOf('keys', 1),
    isTransposed: true,
  });
  const factor = builder.floats(`${name}.factor`, [], Float32Array.of(keyWidth ** -0.5));
  const scaled = builder.add('Mul', [scores, factor], { name: `${name}.scaled` });
  const rectified = builder.add('Relu', [scaled], { name: `${name}.rectified` });
  const shares = builder.add('Square', [rectified], { name: `${name}.shares` });
  const attended = builder.multiplyMatrices(`${name}.attended`, shares, { by: values });
  const gated = builder.add('Mul', [gates, attended], { name: `${name}.gated` });
  return builder.reshape(name, gated, [-1, 1, tokens, channels]);
}

/** [B, H, W, K] → [B, 1, K, H x W]. */
export function addFlatten(
  builder: GraphDefBuilder,
  { shape: { width: channels, channels: pixels } }: NodeOf<'flatten'>,
  { input, name }: TfjsPlaces,
): string {
  const columns = builder.reshape(`${name}.columns`, input, [-1, 1, pixels, channels]);
  const axes = builder.wholes(`${name}.axes`, [0, 1, 3, 2]);
  return builder.add('Transpose', [columns, axes], { name });
}
