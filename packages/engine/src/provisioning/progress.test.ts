import { expect, test } from 'vitest';
import { createProgressWriter, progressLine } from './progress.ts';

const half = {
  phase: 'unpack',
  message: 'Unpacking',
  bytes: { done: 400e6, total: 800e6 },
} as const;

test('a line shows a bar in a terminal and figures elsewhere', () => {
  expect(progressLine(half, true)).toBe('Unpacking  [############------------]  400 of 800 MB');
  expect(progressLine(half, false)).toBe('Unpacking  400 of 800 MB');
  const unknown = { ...half, bytes: { done: 1.5e6, total: null } };
  expect(progressLine(unknown, true)).toBe('Unpacking  1.5 MB');
});

test('outside a terminal a message is written once, and again every three seconds', () => {
  const written: string[] = [];
  let nowMs = 0;
  const stream = { isTerminal: false, write: (text: string) => written.push(text) };
  const writer = createProgressWriter(stream, () => nowMs);
  for (nowMs = 0; nowMs < 7000; nowMs += 500) writer.report(half);
  writer.report({ phase: 'check', message: 'Checking' });
  writer.end();
  expect(written).toEqual([
    'Unpacking  400 of 800 MB\n',
    'Unpacking  400 of 800 MB\n',
    'Unpacking  400 of 800 MB\n',
    'Checking\n',
  ]);
});

test('in a terminal a message is rewritten in place and ends with a line break', () => {
  let written = '';
  const stream = { isTerminal: true, write: (text: string) => (written += text) };
  const writer = createProgressWriter(stream, () => 0);
  writer.report({ phase: 'compile', message: 'Compiling' });
  writer.report({ phase: 'compile', message: 'Compiling' });
  writer.report({ phase: 'check', message: 'Checking' });
  writer.end();
  expect(written).toBe('\r\u001B[2KCompiling\r\u001B[2KCompiling\n\r\u001B[2KChecking\n');
});
