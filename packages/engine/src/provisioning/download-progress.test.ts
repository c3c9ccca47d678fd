import { expect, test } from 'vitest';
import { createDownloadProgress } from './download-progress.ts';

function create(...requirements: string[]): {
  readonly progress: ReturnType<typeof createDownloadProgress>;
  readonly at: (ms: number) => void;
} {
  let now = 0;
  return {
    progress: createDownloadProgress(requirements, () => now),
    at: (ms) => {
      now = ms;
    },
  };
}

test('an index that says nothing is told of after five seconds, and again', () => {
  const { progress, at } = create('x==1');
  expect(progress.look(0)).toEqual({ message: 'Looking for x==1' });
  at(4900);
  expect(progress.look(0)).toEqual({ message: 'Looking for x==1' });
  at(5100);
  expect(progress.look(0)).toEqual({ message: 'Looking for x==1: nothing came for 5 s' });
  at(11_000);
  expect(progress.look(0)).toEqual({ message: 'Looking for x==1: nothing came for 10 s' });
});

test('an index that refuses is told of at once, until something comes', () => {
  const { progress } = create('x==1');
  progress.hear({ type: 'trouble', why: 'Connection refused' });
  expect(progress.look(0)).toEqual({
    message: 'Looking for x==1: no answer, pip tries again (Connection refused)',
  });
  progress.hear({ type: 'download', name: 'x.whl', sizeBytes: 100 });
  expect(progress.look(0)).toEqual({ message: 'Downloading x.whl' });
});

test('the bytes of a wheel are counted, with and without a total', () => {
  const { progress } = create('x==1', 'y==1');
  progress.hear({ type: 'download', name: 'x.whl', sizeBytes: 100 });
  expect(progress.look(40)).toEqual({
    message: 'Downloading x.whl (1 of 2)',
    amount: { done: 40, total: 100, unit: 'bytes' },
  });
  progress.hear({ type: 'download', name: 'y.whl', sizeBytes: null });
  expect(progress.look(7)).toEqual({
    message: 'Downloading y.whl (2 of 2)',
    amount: { done: 7, total: null, unit: 'bytes' },
  });
});

test('a download that stands still is told of', () => {
  const { progress, at } = create('x==1');
  progress.hear({ type: 'download', name: 'x.whl', sizeBytes: 100 });
  progress.look(40);
  at(6000);
  expect(progress.look(40).message).toBe('Downloading x.whl: nothing came for 5 s');
  expect(progress.look(41).message).toBe('Downloading x.whl');
});
