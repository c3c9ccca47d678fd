import { createLeakGuard } from '@limber/engine';
import type { LeakGuard } from '@limber/engine';
import type { Callback } from '../hooks/callback.ts';

/** Steps of an epoch after which everything that is kept for longer exists. */
const settlingSteps = 2;

/**
 * Ends the fit at the first optimizer step after which there are more tensors than before, naming each with the line that
 * made it. For searching: it makes every step slower.
 */
export function createLeakDetector<Batch>(): Callback<Batch> {
  let guard: LeakGuard | null = null;
  let expectNoMore: ((where: string) => void) | null = null;
  let steps = 0;
  let lastStep = 0;
  const forget = (): void => {
    expectNoMore = null;
    steps = 0;
  };
  return {
    onTrainStart: ({ engine, globalStep }) => {
      guard = createLeakGuard(engine);
      lastStep = globalStep;
    },
    onTrainEpochStart: forget,
    onTrainBatchEnd: ({ globalStep }) => {
      // within an accumulation window gradients are kept
      if (globalStep === lastStep) return;
      lastStep = globalStep;
      steps += 1;
      expectNoMore?.(`Step ${globalStep}`);
      expectNoMore = steps < settlingSteps ? null : guard!.mark();
    },
    onValidationEnd: forget,
    teardown: () => {
      guard?.dispose();
      guard = null;
    },
  };
}
