import type { NodeOf } from '../graphs/pose-graph.ts';
import type { OnnxPlaces } from './add-attention.ts';
import type { OnnxBuilder } from './onnx-builder.ts';

/** Over the channels of [B, C, H, W]; ONNX's own operation wants them last. */
export function addLayerNorm(
  builder: OnnxBuilder,
  { gamma, beta, epsilon }: NodeOf<'layer-norm'>,
  { input, output }: OnnxPlaces,
): string {
  const mean = builder.add('ReduceMean', [input], { axes: [1], keepdims: 1 });
  const centered = builder.add('Sub', [input, mean]);
  const length = addLength(builder, centered, (squares) =>
    builder.add('Add', [squares, builder.scalar(epsilon)]),
  );
  const normalized = builder.add('Div', [centered, length]);
  const shape = [1, gamma.length, 1, 1];
  const scaled = builder.add('Mul', [normalized, builder.floats(shape, gamma)]);
  return builder.add('Add', [scaled, builder.floats(shape, beta)], { output });
}

/** Over the channels of [B, C, H, W]. */
export function addScaleNorm(
  builder: OnnxBuilder,
  { gain, smallestLength }: NodeOf<'scale-norm'>,
  { input, output }: OnnxPlaces,
): string {
  const length = addLength(builder, input, (squares) =>
    builder.add('Max', [squares, builder.scalar(smallestLength ** 2)]),
  );
  const normalized = builder.add('Div', [input, length]);
  return builder.add('Mul', [normalized, builder.scalar(gain)], { output });
}

/** The root of the mean square of all channels, [B, 1, H, W]. @param guard - keeps the squares above 0. */
function addLength(
  builder: OnnxBuilder,
  input: string,
  guard: (squares: string) => string,
): string {
  const square = builder.add('Mul', [input, input]);
  const squares = builder.add('ReduceMean', [square], { axes: [1], keepdims: 1 });
  return builder.add('Sqrt', [guard(squares)]);
}
