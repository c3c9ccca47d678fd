import type { NodeOf } from '../graphs/pose-graph.ts';
import type { TfjsPlaces } from './add-attention.ts';
import type { GraphDefBuilder } from './graph-def-builder.ts';

/** Over the last axis. */
export function addLayerNorm(
  builder: GraphDefBuilder,
  { gamma, beta, epsilon }: NodeOf<'layer-norm'>,
  { input, name }: TfjsPlaces,
): string {
  const mean = builder.mean(`${name}.mean`, input, [-1]);
  const centered = builder.add('Sub', [input, mean], { name: `${name}.centered` });
  const squares = builder.add('Square', [centered], { name: `${name}.squares` });
  const variance = builder.mean(`${name}.variance`, squares, [-1]);
  const guard = builder.floats(`${name}.epsilon`, [], Float32Array.of(epsilon));
  const guarded = builder.add('AddV2', [variance, guard], { name: `${name}.guarded` });
  const factor = builder.add('Rsqrt', [guarded], { name: `${name}.factor` });
  const normalized = builder.add('Mul', [centered, factor], { name: `${name}.normalized` });
  const weights = builder.floats(`${name}.gamma`, [gamma.length], gamma);
  const scaled = builder.add('Mul', [normalized, weights], { name: `${name}.scaled` });
  const shift = builder.floats(`${name}.beta`, [beta.length], beta);
  return builder.add('AddV2', [scaled, shift], { name });
}

/** Over the last axis. */
export function addScaleNorm(
  builder: GraphDefBuilder,
  { gain, smallestLength }: NodeOf<'scale-norm'>,
  { input, name }: TfjsPlaces,
): string {
  const squares = builder.add('Square', [input], { name: `${name}.squares` });
  const mean = builder.mean(`${name}.mean`, squares, [-1]);
  const smallest = builder.floats(`${name}.smallest`, [], Float32Array.of(smallestLength ** 2));
  const guarded = builder.add('Maximum', [mean, smallest], { name: `${name}.guarded` });
  const factor = builder.add('Rsqrt', [guarded], { name: `${name}.factor` });
  const normalized = builder.add('Mul', [input, factor], { name: `${name}.normalized` });
  const weight = builder.floats(`${name}.gain`, [], Float32Array.of(gain));
  return builder.add('Mul', [normalized, weight], { name });
}
