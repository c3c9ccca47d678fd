/** What counts as progress. */
export interface StoppingRules {
  /** Less than this is no improvement. */
  readonly minDelta: number;
  /** Checks without improvement that end the fit. */
  readonly patience: number;
  /** What is better in the metric. */
  readonly mode: 'min' | 'max';
  /** Whether NaN and the infinities end the fit. */
  readonly checkFinite: boolean;
  /** A metric that is better than this ends the fit: it is good enough. */
  readonly stoppingThreshold: number | null;
  /** A metric that is worse than this ends the fit: it will not recover. */
  readonly divergenceThreshold: number | null;
}

/** Where the metric stands after a check. */
export interface Progress {
  /** null before the first check. */
  readonly bestScore: number | null;
  readonly waitCount: number;
  readonly reason:
    | 'NOT_STOPPED'
    | 'NON_FINITE_METRIC'
    | 'STOPPING_THRESHOLD'
    | 'DIVERGENCE_THRESHOLD'
    | 'PATIENCE_EXHAUSTED';
  /** The reason in words, after the metric's name. */
  readonly because: string;
}

/** One check of the metric, in the order of Lightning's: finite, good enough, diverged, improved, patience. */
export function judgeProgress(
  { bestScore, waitCount }: Pick<Progress, 'bestScore' | 'waitCount'>,
  score: number,
  rules: StoppingRules,
): Progress {
  const { minDelta, patience, checkFinite, stoppingThreshold, divergenceThreshold } = rules;
  const isBetter = (one: number, than: number): boolean =>
    rules.mode === 'min' ? one < than : one > than;
  const best = bestScore ?? (rules.mode === 'min' ? Infinity : -Infinity);
  const before = { bestScore, waitCount };
  if (checkFinite && !Number.isFinite(score)) {
    return { ...before, reason: 'NON_FINITE_METRIC', because: `is ${score}` };
  }
  if (stoppingThreshold !== null && isBetter(score, stoppingThreshold)) {
    const because = `is ${score}, better than ${stoppingThreshold}`;
    return { ...before, reason: 'STOPPING_THRESHOLD', because };
  }
  if (divergenceThreshold !== null && isBetter(divergenceThreshold, score)) {
    const because = `is ${score}, worse than ${divergenceThreshold}`;
    return { ...before, reason: 'DIVERGENCE_THRESHOLD', because };
  }
  const target = rules.mode === 'min' ? best - minDelta : best + minDelta;
  if (isBetter(score, target)) {
    return { bestScore: score, waitCount: 0, reason: 'NOT_STOPPED', because: 'improved' };
  }
  const waited = { bestScore, waitCount: waitCount + 1 };
  if (waited.waitCount < patience) {
    return { ...waited, reason: 'NOT_STOPPED', because: 'did not improve' };
  }
  const because = `did not improve on ${best} in the last ${waited.waitCount} checks`;
  return { ...waited, reason: 'PATIENCE_EXHAUSTED', because };
}
