import type { Activation } from '../graphs/pose-graph.ts';
import type { OnnxPlaces } from './add-attention.ts';
import type { OnnxBuilder } from './onnx-builder.ts';

/** Adds a function of each number. */
export function addActivation(
  builder: OnnxBuilder,
  op: Activation,
  { input, output }: OnnxPlaces,
): string {
  const clipToSix = (value: string, options: { readonly output?: string } = {}): string =>
    builder.add('Clip', [value, builder.scalar(0), builder.scalar(6)], options);
  switch (op) {
    case 'relu':
      return builder.add('Relu', [input], { output });
    case 'relu6':
      return clipToSix(input, { output });
    case 'sigmoid':
      return builder.add('Sigmoid', [input], { output });
    case 'hard-sigmoid': {
      const clipped = clipToSix(builder.add('Add', [input, builder.scalar(3)]));
      return builder.add('Div', [clipped, builder.scalar(6)], { output });
    }
    case 'silu':
      return builder.add('Mul', [input, builder.add('Sigmoid', [input])], { output });
    case 'gelu': {
      const place = builder.add('Div', [input, builder.scalar(Math.SQRT2)]);
      const share = builder.add('Add', [builder.add('Erf', [place]), builder.scalar(1)]);
      const half = builder.add('Mul', [input, builder.scalar(0.5)]);
      return builder.add('Mul', [half, share], { output });
    }
  }
}
