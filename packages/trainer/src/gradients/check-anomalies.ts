import type { Engine, NamedWeight, Scalar } from '@limber/engine';
import { TrainingDiverged } from '../errors/training-diverged.ts';
import type { Gradients } from '../hooks/hooks.ts';
import { firstNotFinite } from './first-not-finite.ts';

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
export async function checkAnomalies(
  engine: Engine,
  { loss, gradients, weights, at: place }: CheckedStep,
): Promise<void> {
  const value = (await loss.data())[0]!;
  if (!Number.isFinite(value)) throw new TrainingDiverged(value, place);
  const having = weights.filter(({ variable }) => variable.name in gradients);
  const at = await firstNotFinite(
    engine,
    having.map(({ variable }) => gradients[variable.name]!),
  );
  const weight = having[at];
  if (weight === undefined) return;
  const what = `The gradient of "${weight.name}" has numbers that are not finite (the loss is ${value})`;
  throw new TrainingDiverged(what, place);
}
