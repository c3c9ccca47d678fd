/** The curves of the training, each with the metrics that it draws. A new one is an entry here. */
export const trainingCurves = [
  {
    title: 'Loss',
    series: { train: 'train/loss', val: 'val/loss' },
    axes: { yLabel: 'loss', isLogarithmic: true },
  },
  {
    title: 'Validation',
    series: { AP: 'val/AP', PCK: 'val/PCK' },
    axes: { yLabel: 'score', yDomain: [0, 1] },
  },
  { title: 'Learning rate', series: { rate: 'lr' }, axes: { yLabel: 'learning rate' } },
  {
    title: 'Throughput',
    series: { training: 'imagesPerSecond' },
    axes: { yLabel: 'images a second' },
  },
] as const;
