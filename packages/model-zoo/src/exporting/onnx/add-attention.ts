import type { NodeOf } from '../graphs/pose-graph.ts';
import type { OnnxBuilder } from './onnx-builder.ts';

/** What an operation reads, and the name that it gives its result. */
export interface OnnxPlaces {
  readonly input: string;
  readonly output: string;
}

/** Attention on [B, 3 C, H, W]: queries, keys and values, each head by head, as columns. */
export function addAttention(
  builder: OnnxBuilder,
  { heads, shape: { height, width, channels } }: NodeOf<'attention'>,
  { input, output }: OnnxPlaces,
): string {
  const headWidth = channels / heads;
  const columns = builder.reshape(input, [-1, 3 * heads, headWidth, height * width]);
  const sizes = [heads, heads, heads];
  const [queries, keys, values] = builder.split(columns, { sizes, axis: 1 });
  const scaled = builder.add('Mul', [queries!, builder.scalar(headWidth ** -0.5)]);
  const rows = builder.add('Transpose', [scaled], { perm: [0, 1, 3, 2] });
  const scores = builder.add('MatMul', [rows, keys!]);
  const shares = builder.add('Softmax', [scores], { axis: -1 });
  const turned = builder.add('Transpose', [shares], { perm: [0, 1, 3, 2] });
  const attended = builder.add('MatMul', [values!, turned]);
  return builder.reshape(attended, [-1, channels, height, width], output);
}

/** Gated attention on [B, 2 E + S, 1, N]: gates, values and base, as columns. */
export function addGatedAttention(
  builder: OnnxBuilder,
  { scale, offset, keyWidth, shape: { width: tokens, channels } }: NodeOf<'gated-attention'>,
  { input, output }: OnnxPlaces,
): string {
  const columns = builder.reshape(input, [-1, 2 * channels + keyWidth, tokens]);
  const [gates, values, base] = builder.split(columns, {
    sizes: [channels, channels, keyWidth],
    axis: 1,
  });
  const copyOf = (row: number): string => {
    const [factor, summand] = [scale, offset].map(({ data }) =>
      builder.floats([1, keyWidth, 1], data.subarray(row * keyWidth, (row + 1) * keyWidth)),
    );
    return builder.add('Add', [builder.add('Mul', [base!, factor!]), summand!]);
  };
  const queries = builder.add('Transpose', [copyOf(0)], { perm: [0, 2, 1] });
  const scores = builder.add('Mul', [
    builder.add('MatMul', [queries, copyOf(1)]),
    builder.scalar(keyWidth ** -0.5),
  ]);
  const rectified = builder.add('Relu', [scores]);
  const shares = builder.add('Mul', [rectified, rectified]);
  const turned = builder.add('Transpose', [shares], { perm: [0, 2, 1] });
  const attended = builder.add('MatMul', [values!, turned]);
  const gated = builder.add('Mul', [gates!, attended]);
  return builder.reshape(gated, [-1, channels, 1, tokens], output);
}
