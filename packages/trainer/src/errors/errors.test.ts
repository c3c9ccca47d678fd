import { expect, test } from 'vitest';
import { TrainingDiverged } from './training-diverged.ts';
import { TrainingInterrupted } from './training-interrupted.ts';
import { WriteFailed } from './write-failed.ts';

test.each<[unknown, number]>([
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 130],
  [undefined, 130],
  [null, 130],
  [15, 130],
  [{ signal: 'SIGTERM' }, 143],
  [{ signal: 'SIGHUP' }, 130],
  [{ signal: 15 }, 130],
  [{ exitCode: 7, signal: 'SIGTERM' }, 7],
  [{ exitCode: '7', signal: 'SIGTERM' }, 143],
])('an interruption for %j ends the process with %d', (reason, exitCode) => {
  expect(new TrainingInterrupted(3, reason).exitCode).toBe(exitCode);
});

test('a write that failed says what the code of the system means', () => {
  const failed = (cause: object): string => new WriteFailed('a.log', cause).message.split('.')[1]!;
  expect(failed({ code: 'ENOSPC', message: 'odd' })).toBe(
    'log could not be written: the disk is full',
  );
  expect(failed({ code: 'EXDEV', message: 'odd' })).toBe('log could not be written: odd');
  expect(failed(new Error('odd'))).toBe('log could not be written: odd');
});

test('a divergence says which loss it was, or what else was found', () => {
  const place = { step: 3, epoch: 1 };
  expect(new TrainingDiverged(Infinity, place).message).toContain('Infinity');
  expect(new TrainingDiverged('The weight "a" is not finite', place).message).toContain(
    'The weight "a" is not finite',
  );
});
