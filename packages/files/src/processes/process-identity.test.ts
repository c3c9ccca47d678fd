import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { currentProcess, identityOf, livenessOf, pidOf } from './process-identity.ts';

test('this process is alive, and its identity names its number', () => {
  expect(livenessOf(currentProcess())).toBe('alive');
  expect(pidOf(currentProcess())).toBe(process.pid);
});

test('a process that has ended is dead', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const identity = identityOf(child.pid!);
  expect(livenessOf(identity)).toBe('alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(livenessOf(identity)).toBe('dead');
});

test('another process of the same number is not taken for it', () => {
  expect(livenessOf(currentProcess().replace(/~\d+$/, '~1'))).toBe('dead');
});

test('another host has to say for itself', () => {
  expect(livenessOf(`elsewhere~${process.pid}~1`)).toBe('elsewhere');
});
