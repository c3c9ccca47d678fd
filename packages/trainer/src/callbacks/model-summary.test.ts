import { expect, test } from 'vitest';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { createModelSummary } from './model-summary.ts';

async function summaryOf(maxDepth?: number): Promise<string[]> {
  const lines: string[] = [];
  const weight = (name: string, size: number, isTrainable = true) => ({
    name,
    variable: { size },
    isTrainable,
  });
  const weights = [
    weight('backbone/stem/kernel', 1_000_000),
    weight('backbone/stem/mean', 300_000, false),
    weight('backbone/layer/kernel', 200_000),
    weight('head', 50),
  ];
  const write = (line: string): void => void lines.push(line);
  const summary = createModelSummary({ write, ...(maxDepth === undefined ? {} : { maxDepth }) });
  await summary.onFitStart!({ module: { weights } } as unknown as RunningTrainer);
  return lines.map((line) => line.replaceAll(/ +/g, ' '));
}

const total = [
  'total 1,200,050 parameters',
  // 1,500,050 numbers of 4 bytes
  '300,000 numbers are not trained; all of them take 6.0 MB',
];

test('the parts of a model are those of its names, as deep as was asked', async () => {
  const parts = ['backbone 1,200,000 parameters 300,000 not trained', 'head 50 parameters'];
  expect(await summaryOf()).toEqual([...parts, ...total]);
  expect(await summaryOf(0)).toEqual([...parts, ...total]);
  expect(await summaryOf(2)).toEqual([
    'backbone.stem 1,000,000 parameters 300,000 not trained',
    'backbone.layer 200,000 parameters',
    'head 50 parameters',
    ...total,
  ]);
  expect(await summaryOf(-1)).toEqual([
    'backbone/stem/kernel 1,000,000 parameters',
    'backbone/stem/mean 0 parameters 300,000 not trained',
    'backbone/layer/kernel 200,000 parameters',
    'head 50 parameters',
    ...total,
  ]);
});
