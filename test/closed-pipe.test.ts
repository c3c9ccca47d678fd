import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { main } from './limber-command.ts';

test('a reader that leaves before the first line does not stop the command', async () => {
  const exit = await new Promise<{ code: unknown; stderr: string }>((done) => {
    const child = execFile(
      process.execPath,
      [main, 'models', '--json'],
      { cwd: tmpdir() },
      (error, _stdout, stderr) => done({ code: error === null ? 0 : error.code, stderr }),
    );
    child.stdout!.destroy();
  });
  expect(exit).toEqual({ code: 0, stderr: '' });
});
