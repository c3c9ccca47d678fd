import type { TrainingProgress } from '../hooks/callback.ts';

/** How fast a backbone learns. */
export interface BackboneRateRules {
  readonly unfreezeBackboneAtEpoch: number;
  /** Factor on the backbone's learning rate at the start of each later epoch. */
  readonly lambdaFunc: (epoch: number) => number;
  /** Of the rest's learning rate, when the backbone joins in. */
  readonly backboneInitialRatioLr: number;
  /** In place of the ratio. */
  readonly backboneInitialLr: number | null;
  /** Whether the backbone never learns faster than the rest, once it has caught up. */
  readonly shouldAlign: boolean;
}

/** The backbone's learning rate in an epoch, 0 while it is frozen. A pure function of the epoch and the schedule. */
export function backboneRate(
  { epoch, firstStepOf, scheduledRate }: TrainingProgress,
  rules: BackboneRateRules,
): number {
  const { unfreezeBackboneAtEpoch: start, lambdaFunc, shouldAlign } = rules;
  if (epoch < start) return 0;
  const restRate = (at: number): number => scheduledRate(firstStepOf(at));
  let rate = rules.backboneInitialLr ?? restRate(start) * rules.backboneInitialRatioLr;
  for (let at = start + 1; at <= epoch; at++) {
    rate *= lambdaFunc(at);
    if (shouldAlign) rate = Math.min(rate, restRate(at));
  }
  return rate;
}
