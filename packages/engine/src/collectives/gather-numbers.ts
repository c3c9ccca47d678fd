import type { Engine } from '../engine.ts';
import type { Collectives } from './collectives.ts';

/**
 * Tells all ranks some numbers of each, bit for bit.
 *
 * @param values - float64; as many on every rank.
 * @returns those of each rank, in order.
 * @throws {LimberError} `rank-lost`.
 */
export function gatherNumbers(
  { tf }: Pick<Engine, 'tf'>,
  { rank, worldSize, sum }: Pick<Collectives, 'rank' | 'worldSize' | 'sum'>,
  values: readonly number[],
): number[][] {
  // each rank adds its own halves of float64 to zeros of the others: exact, which sums of float32 are not
  const halves = new Int32Array(worldSize * values.length * 2);
  new Float64Array(halves.buffer).set(values, rank * values.length);
  const sums = tf.tidy(() => sum([tf.tensor1d(halves, 'int32')])[0]!.dataSync<'int32'>());
  const all = new Float64Array(sums.slice().buffer);
  return Array.from({ length: worldSize }, (_, at) => [
    ...all.subarray(at * values.length, (at + 1) * values.length),
  ]);
}
