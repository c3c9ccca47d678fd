import type { TrainConfig } from './train-config.ts';
import type { LearningRateSchedule } from '@limber/trainer';
import { constantRate, cosineRate, multiStepRate, withWarmup } from '@limber/trainer';

/**
 * The learning rate that a configuration asks for.
 *
 * @param steps.total - optimizer steps of the whole training: where a cosine ends.
 * @param steps.perEpoch - optimizer steps of one epoch.
 */
export function scheduleOfConfig(
  { optimizer, schedule }: Pick<TrainConfig, 'optimizer' | 'schedule'>,
  steps: { readonly total: number; readonly perEpoch: number },
): LearningRateSchedule {
  const { warmupSteps, warmupFactor } = schedule;
  return withWarmup(withoutWarmup(optimizer.learningRate, schedule, steps), {
    warmupSteps: Math.min(warmupSteps, steps.total),
    startFactor: warmupFactor,
  });
}

function withoutWarmup(
  learningRate: number,
  schedule: TrainConfig['schedule'],
  { total, perEpoch }: { readonly total: number; readonly perEpoch: number },
): LearningRateSchedule {
  switch (schedule.type) {
    case 'constant':
      return constantRate(learningRate);
    case 'cosine':
      return cosineRate({
        learningRate,
        minimum: learningRate * schedule.endFactor,
        totalSteps: total,
      });
    case 'multistep': {
      const milestones = schedule.milestoneEpochs.map((epoch) => epoch * perEpoch);
      return multiStepRate({ learningRate, milestones, factor: schedule.factor });
    }
  }
}
