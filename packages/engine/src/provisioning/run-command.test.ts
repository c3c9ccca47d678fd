import { expect, test } from 'vitest';
import { isRunning } from './is-running.suite.ts';
import { runCommand } from './run-command.ts';

test('standard output is returned and every line is seen', async () => {
  const lines: string[] = [];
  const script = 'console.log("one\\ntwo"); console.error("three")';
  const output = await runCommand(process.execPath, ['-e', script], {
    onLine: (line) => lines.push(line),
  });
  expect(output).toBe('one\ntwo\n');
  expect(lines.sort()).toEqual(['one', 'three', 'two']);
});

test('a failure tells the command, its exit code and what it said last', async () => {
  const script = 'console.error("no such wheel"); process.exit(3)';
  await expect(runCommand(process.execPath, ['-e', script])).rejects.toThrow(
    `\`${process.execPath} -e ${script}\` exited with code 3. It said last:\n  | no such wheel`,
  );
});

test('a command that does not exist is named', async () => {
  await expect(runCommand('limber-no-such-command', [])).rejects.toMatchObject({
    code: 'command-failed',
    message: '`limber-no-such-command` could not be started: spawn limber-no-such-command ENOENT.',
  });
});

test('an aborted command is ended with what it started, and the reason is thrown', async () => {
  const controller = new AbortController();
  const script =
    'const child = require("child_process").spawn("sleep", ["600"], { stdio: "inherit" });' +
    'console.log(String(child.pid)); setInterval(() => {}, 1000)';
  let pid = 0;
  const run = runCommand(process.execPath, ['-e', script], {
    signal: controller.signal,
    onLine: (line) => {
      // Node may warn of its environment.
      if (!/^\d+$/.test(line)) return;
      pid = Number(line);
      controller.abort(new Error('enough'));
    },
  });
  await expect(run).rejects.toThrow('enough');
  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false);
});

test('nothing is started once the signal is aborted', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(runCommand('limber-no-such-command', [], { signal })).rejects.toThrow('enough');
});
