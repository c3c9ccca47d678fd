import { expect, test } from 'vitest';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { createProgressMeter, describeProgress, describeValidated } from './progress-report.ts';

type Position = Pick<
  RunningTrainer,
  'maxEpochs' | 'currentEpoch' | 'globalStep' | 'estimatedSteppingBatches' | 'progressBarMetrics'
>;

const at = (globalStep: number, rest: Partial<Position> = {}): RunningTrainer =>
  ({
    maxEpochs: 4,
    currentEpoch: 2,
    globalStep,
    estimatedSteppingBatches: 40,
    progressBarMetrics: { loss: 0.5 },
    ...rest,
  }) as RunningTrainer;

test('pace and time left are those since the start, which may be a resumed one', () => {
  let ms = 5000;
  const meter = createProgressMeter(() => ms);
  meter.add(1000);
  meter.start(at(20));
  expect(meter.report(at(20))).toMatchObject({ step: 20, secondsLeft: null, imagesPerSecond: 0 });
  meter.add(12);
  ms += 3000;
  expect(meter.secondsSinceReport()).toBe(3);
  // 2 steps in 3 seconds, 18 to come
  expect(meter.report(at(22))).toEqual({
    epoch: 3,
    epochs: 4,
    step: 22,
    steps: 40,
    metrics: { loss: 0.5 },
    imagesPerSecond: 4,
    secondsLeft: 27,
  });
  meter.add(8);
  ms += 1000;
  expect(meter.secondsSinceReport()).toBe(1);
  // the pace of images is that since the last report, the time left that of all steps
  expect(meter.report(at(24))).toMatchObject({ imagesPerSecond: 8, secondsLeft: 16 });
});

test('a fit without end has neither epochs nor steps nor time left', () => {
  let ms = 0;
  const meter = createProgressMeter(() => ms);
  meter.start(at(0));
  ms += 1000;
  const report = meter.report(at(3, { maxEpochs: -1, estimatedSteppingBatches: Infinity }));
  expect(report).toMatchObject({ epochs: null, steps: null, secondsLeft: null });
  expect(describeProgress(report)).toBe('epoch 3  step 3  loss 0.5000  0.0 images/s');
  expect(describeValidated(report, 'validated')).toBe('epoch 3  step 3  validated  loss 0.5000');
});
