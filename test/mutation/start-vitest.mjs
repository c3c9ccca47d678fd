import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * Starts the tests that `session.json` names.
 *
 * @param workFolder - that of the session.
 * @param env - besides that of this process.
 * @returns the process, which ends with this one; ended: its exit code; output: what it has written so far.
 */
export function startVitest(workFolder, env = {}) {
  const command = [resolve('node_modules/vitest/vitest.mjs'), 'run', '--passWithNoTests'];
  const child = spawn(
    process.execPath,
    [...command, '--config', 'test/mutation/vitest.config.ts'],
    {
      env: { ...process.env, LIMBER_MUTATION: workFolder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // its worker must end with it
      detached: true,
    },
  );
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const kill = () => {
    try {
      process.kill(-Number(child.pid), 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  process.on('exit', kill);
  const ended = new Promise((settle) => {
    child.on('close', (exitCode) => {
      process.off('exit', kill);
      settle(exitCode);
    });
  });
  return { kill, ended, output: () => output };
}
