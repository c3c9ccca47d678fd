import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { currentProcess, hostOf, identityOf, livenessOf, pidOf } from './process-identity.ts';

test('this process is alive, and its identity names its number and its host', () => {
  expect(livenessOf(currentProcess())).toBe('alive');
  expect(pidOf(currentProcess())).toBe(process.pid);
  expect(hostOf(currentProcess())).toBe(hostname().replaceAll(/[^\w.-]/g, '_'));
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

test('another boot or PID namespace has to say for itself, whatever its host is called', () => {
  const [host, scope, ...rest] = currentProcess().split('~');
  const [boot, namespace] = scope!.split('.');
  expect(livenessOf([host, `${boot}.1`, ...rest].join('~'))).toBe('elsewhere');
  expect(livenessOf([host, `000000000000.${namespace}`, ...rest].join('~'))).toBe('elsewhere');
});

test('a host that has another name now is still this host', () => {
  const [, ...rest] = currentProcess().split('~');
  expect(livenessOf(['former-name', ...rest].join('~'))).toBe('alive');
});
