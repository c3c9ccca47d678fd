import { describe, expect, test } from 'vitest';
import type { Progress, StoppingRules } from './judge-progress.ts';
import { judgeProgress } from './judge-progress.ts';

const usual: StoppingRules = {
  minDelta: 0,
  patience: 3,
  mode: 'min',
  checkFinite: true,
  stoppingThreshold: null,
  divergenceThreshold: null,
};
const judge = (
  before: Pick<Progress, 'bestScore' | 'waitCount'>,
  score: number,
  rules: Partial<StoppingRules> = {},
): Progress => judgeProgress(before, score, { ...usual, ...rules });
const first = { bestScore: null, waitCount: 0 };

describe('judgeProgress', () => {
  test.each(['min', 'max'] as const)('the first score is the best so far (%s)', (mode) => {
    expect(judge(first, -7, { mode, minDelta: 100 })).toEqual({
      bestScore: -7,
      waitCount: 0,
      reason: 'NOT_STOPPED',
      because: 'improved',
    });
  });

  test.each([
    ['min', 4.9, 4.89, 4.91],
    ['max', 5.1, 5.11, 5.09],
  ] as const)('%s: minDelta itself is no improvement, more is', (...row) => {
    const [mode, same, better, worse] = row;
    const before = { bestScore: 5, waitCount: 1 };
    // 5 ± 0.1 as the computer rounds it
    const minDelta = Math.abs(5 - same);
    const rules = { mode, minDelta };
    const bar = mode === 'min' ? 5 - minDelta : 5 + minDelta;
    expect(judge(before, bar, rules)).toMatchObject({ bestScore: 5, waitCount: 2 });
    expect(judge(before, worse, rules)).toMatchObject({ bestScore: 5, waitCount: 2 });
    expect(judge(before, better, rules)).toMatchObject({ bestScore: better, waitCount: 0 });
  });

  test('patience ends with the check that makes it full', () => {
    expect(judge({ bestScore: 1, waitCount: 1 }, 2)).toEqual({
      bestScore: 1,
      waitCount: 2,
      reason: 'NOT_STOPPED',
      because: 'did not improve',
    });
    expect(judge({ bestScore: 1, waitCount: 2 }, 2)).toEqual({
      bestScore: 1,
      waitCount: 3,
      reason: 'PATIENCE_EXHAUSTED',
      because: 'did not improve on 1 in the last 3 checks',
    });
  });

  test.each([
    ['min', 0.5, 0.49],
    ['max', 0.5, 0.51],
  ] as const)('%s: the stopping threshold is to be passed, not met', (mode, met, passed) => {
    const before = { bestScore: 0.5, waitCount: 1 };
    const rules = { mode, stoppingThreshold: 0.5 };
    expect(judge(before, met, rules).reason).toBe('NOT_STOPPED');
    expect(judge(before, passed, rules)).toEqual({
      ...before,
      reason: 'STOPPING_THRESHOLD',
      because: `is ${passed}, better than 0.5`,
    });
  });

  test.each([
    ['min', 9, 9.1],
    ['max', 9, 8.9],
  ] as const)('%s: so is that of divergence', (mode, met, passed) => {
    const before = { bestScore: 9, waitCount: 0 };
    const rules = { mode, divergenceThreshold: 9 };
    expect(judge(before, met, rules).reason).toBe('NOT_STOPPED');
    expect(judge(before, passed, rules)).toEqual({
      ...before,
      reason: 'DIVERGENCE_THRESHOLD',
      because: `is ${passed}, worse than 9`,
    });
  });

  test('what is not finite ends the fit before anything else, or counts as no improvement', () => {
    const before = { bestScore: 1, waitCount: 0 };
    for (const score of [Number.NaN, Infinity, -Infinity]) {
      expect(judge(before, score, { stoppingThreshold: 0, divergenceThreshold: 2 })).toEqual({
        ...before,
        reason: 'NON_FINITE_METRIC',
        because: `is ${score}`,
      });
    }
    const lax = { checkFinite: false };
    expect(judge(before, Number.NaN, lax)).toMatchObject({ bestScore: 1, waitCount: 1 });
    expect(judge(first, Infinity, lax)).toMatchObject({ bestScore: null, waitCount: 1 });
  });
});
