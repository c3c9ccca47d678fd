import type { Engine, NamedWeight, Scalar } from '@limber/engine';
import { TrainingDiverged } from '../errors/training-diverged.ts';
import type { Gradients } from '../hooks/hooks.ts';

/** What a step computed. */
export interface CheckedStep {
  readonly loss: Scalar;
  /** By the name of their variable. */
  readonly gradients: Gradients;
  /** Those with gradients, for their names. */
  readonly weights: readonly NamedWeight[];
  readonly at: { readonly step: number; readonly epoch: number };
}

/**
 * Looks for numbers that are not finite. Waits for the device.
 *
 * @throws {TrainingDiverged} with the loss, or with the first weight whose gradient is not finite.
 */
export function checkAnomalies(
  { tf }: Engine,
  { loss, gradients, weights, at }: CheckedStep,
): void {
  const value = loss.dataSync()[0]!;
  if (!Number.isFinite(value)) throw new TrainingDiverged(value, at);
  const names = weights.map(({ variable }) => variable.name).filter((name) => name in gradients);
  const areFinite = tf.tidy(() =>
    tf.stack(names.map((name) => tf.all(tf.isFinite(gradients[name]!)))).dataSync(),
  );
  const broken = names[areFinite.indexOf(0)];
  if (broken === undefined) return;
  const weight = weights.find(({ variable }) => variable.name === broken)!;
  throw new TrainingDiverged(value, at, weight.name);
}
