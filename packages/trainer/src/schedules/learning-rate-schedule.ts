/**
 * The learning rate of an optimizer step, a pure function of how many steps were taken before it: nothing of a
 * schedule needs saving, and a resumed run continues exactly.
 */
export type LearningRateSchedule = (step: number) => number;

/** The same learning rate at every step. */
export function constantRate(learningRate: number): LearningRateSchedule {
  return () => learningRate;
}

/**
 * Falls along half a cosine from `learningRate` at `startStep` to `minimum` at `totalSteps`, and stays there.
 *
 * @param options.startStep - up to which the learning rate stays as it is; 0 by default.
 * @see Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5, without restarts.
 */
export function cosineRate(options: {
  readonly learningRate: number;
  readonly minimum: number;
  readonly totalSteps: number;
  readonly startStep?: number;
}): LearningRateSchedule {
  const { learningRate, minimum, totalSteps, startStep = 0 } = options;
  const steps = totalSteps - startStep;
  return (step) => {
    const progress = steps <= 0 ? 1 : Math.min(1, Math.max(0, step - startStep) / steps);
    return minimum + 0.5 * (learningRate - minimum) * (1 + Math.cos(Math.PI * progress));
  };
}

/** Multiplies `learningRate` by `factor` at each milestone (a step number) that is reached. */
export function multiStepRate(options: {
  readonly learningRate: number;
  readonly milestones: readonly number[];
  readonly factor: number;
}): LearningRateSchedule {
  const { learningRate, milestones, factor } = options;
  return (step) => {
    const reached = milestones.filter((milestone) => step >= milestone).length;
    return learningRate * factor ** reached;
  };
}

/**
 * Scales the first `warmupSteps` steps of a schedule by a factor that grows linearly from `startFactor` to 1.
 *
 * @param schedule - not shifted: step `warmupSteps` is its own step `warmupSteps`, as in MMEngine's `LinearLR`.
 */
export function withWarmup(
  schedule: LearningRateSchedule,
  options: { readonly warmupSteps: number; readonly startFactor: number },
): LearningRateSchedule {
  const { warmupSteps, startFactor } = options;
  return (step) => {
    if (step >= warmupSteps) return schedule(step);
    return schedule(step) * (startFactor + ((1 - startFactor) * step) / warmupSteps);
  };
}
