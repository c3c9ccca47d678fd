import type { LearningRateSchedule } from '@limber/trainer';
import { constantRate, cosineRate, multiStepRate, withWarmup } from '@limber/trainer';
import type { TrainConfig } from '../configuration/train-config.ts';

/**
 * The learning rate that a configuration asks for.
 *
 * @param steps.total - optimizer steps of the whole training: where a cosine ends.
 * @param steps.perEpoch - optimizer steps of one epoch.
 */
export function createSchedule(
  { optimizer: { learningRate }, schedule }: Pick<TrainConfig, 'optimizer' | 'schedule'>,
  { total, perEpoch }: { readonly total: number; readonly perEpoch: number },
): LearningRateSchedule {
  const { warmupSteps, warmupFactor } = schedule;
  return withWarmup(rateAfterWarmup(), {
    warmupSteps: Math.min(warmupSteps, total),
    startFactor: warmupFactor,
  });

  function rateAfterWarmup(): LearningRateSchedule {
    switch (schedule.type) {
      case 'constant':
        return constantRate(learningRate);
      case 'cosine':
        return cosineRate({
          learningRate,
          minimum: learningRate * schedule.endFactor,
          totalSteps: total,
          startStep: Math.round(total * schedule.startFraction),
        });
      case 'multistep': {
        const milestones = schedule.milestoneEpochs.map((epoch) => epoch * perEpoch);
        return multiStepRate({ learningRate, milestones, factor: schedule.factor });
      }
    }
  }
}
