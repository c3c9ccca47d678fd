import { CommanderError } from 'commander';
import { LimberError } from '@limber/files';
import { expect, test } from 'vitest';
import { describeError, exitCodeOf } from './report-error.ts';

const invalid = new LimberError('missing-file', { where: 'a.json', what: 'not there' });

test('invalid input ends with 2, help with 0, wrong usage with 2, anything else with 1', () => {
  expect(exitCodeOf(invalid)).toBe(2);
  expect(exitCodeOf(new CommanderError(0, 'commander.helpDisplayed', ''))).toBe(0);
  expect(exitCodeOf(new CommanderError(1, 'commander.unknownOption', ''))).toBe(2);
  expect(exitCodeOf(new Error('broken'))).toBe(1);
});

test('an error of input is one line, an unforeseen one shows where it came from', () => {
  expect(describeError(invalid)).toBe('a.json: not there.');
  expect(describeError(new Error('broken'))).toContain('report-error.test.ts');
});

test('what the machine refuses is one line: where, what, and why', () => {
  const of = (code: string, path?: string): Error =>
    Object.assign(new Error(`${code}: refused`), { code, syscall: 'mkdir', path });
  expect(describeError(of('EACCES', '/usr/my-poses'))).toBe(
    '/usr/my-poses: mkdir failed: no permission.',
  );
  expect(describeError(of('ENOSPC'))).toBe('mkdir failed: no space left on the disk.');
  expect(describeError(of('ENOENT', '/usr/my-poses'))).toContain('report-error.test.ts');
});
