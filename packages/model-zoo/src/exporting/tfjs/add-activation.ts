import type { Activation } from '../graphs/pose-graph.ts';
import type { TfjsPlaces } from './add-attention.ts';
import type { GraphDefBuilder } from './graph-def-builder.ts';

/** Adds a function of each number. */
export function addActivation(
  builder: GraphDefBuilder,
  op: Activation,
  { input, name }: TfjsPlaces,
): string {
  const number = (role: string, value: number): string =>
    builder.floats(`${name}.${role}`, [], Float32Array.of(value));
  switch (op) {
    case 'relu':
      return builder.add('Relu', [input], { name });
    case 'relu6':
      return builder.add('Relu6', [input], { name });
    case 'sigmoid':
      return builder.add('Sigmoid', [input], { name });
    case 'hard-sigmoid': {
      const moved = builder.add('AddV2', [input, number('three', 3)], { name: `${name}.moved` });
      const clipped = builder.add('Relu6', [moved], { name: `${name}.clipped` });
      return builder.add('Mul', [clipped, number('sixth', 1 / 6)], { name });
    }
    case 'silu': {
      const share = builder.add('Sigmoid', [input], { name: `${name}.share` });
      return builder.add('Mul', [input, share], { name });
    }
    case 'gelu': {
      const place = builder.add('Mul', [input, number('root', Math.SQRT1_2)], {
        name: `${name}.place`,
      });
      const error = builder.add('Erf', [place], { name: `${name}.error` });
      const share = builder.add('AddV2', [error, number('one', 1)], { name: `${name}.share` });
      const half = builder.add('Mul', [input, number('factor', 0.5)], { name: `${name}.half` });
      return builder.add('Mul', [half, share], { name });
    }
  }
}
