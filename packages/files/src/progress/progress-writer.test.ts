import { expect, test } from 'vitest';
import { createProgressWriter, progressLine } from './progress-writer.ts';

const half = {
  message: 'Unpacking',
  amount: { done: 400e6, total: 800e6, unit: 'bytes' },
} as const;

test('a line shows a bar in a terminal and figures elsewhere', () => {
  expect(progressLine(half, { bar: true })).toBe(
    'Unpacking  [############------------]  400 of 800 MB',
  );
  expect(progressLine(half, { bar: false })).toBe('Unpacking  400 of 800 MB');
  const unknown = { ...half, amount: { ...half.amount, done: 1.5e6, total: null } };
  expect(progressLine(unknown, { bar: true })).toBe('Unpacking  1.5 MB');
  const items = { message: 'Packing', amount: { done: 3, total: 12, unit: 'items' } } as const;
  expect(progressLine(items, { bar: false })).toBe('Packing  3 of 12');
});

test('outside a terminal a message is written once, and again every three seconds', () => {
  const written: string[] = [];
  let nowMs = 0;
  const stream = { write: (text: string) => written.push(text) };
  const writer = createProgressWriter(stream, { now: () => nowMs });
  for (nowMs = 0; nowMs < 7000; nowMs += 500) writer.report(half);
  writer.report({ message: 'Checking' });
  writer.end();
  expect(written).toEqual([
    'Unpacking  400 of 800 MB\n',
    'Unpacking  400 of 800 MB\n',
    'Unpacking  400 of 800 MB\n',
    'Checking\n',
  ]);
});

test('in a terminal a message is rewritten in place, cut at its width, and ends with a line break', () => {
  let written = '';
  const stream = { isTTY: true, columns: 10, write: (text: string) => (written += text) };
  const writer = createProgressWriter(stream, { now: () => 0 });
  writer.report({ message: 'Compiling it' });
  writer.report({ message: 'Compiling it' });
  writer.report({ message: 'Checking' });
  writer.end();
  expect(written).toBe('\r\u001B[2KCompiling\r\u001B[2KCompiling\n\r\u001B[2KChecking\n');
});
