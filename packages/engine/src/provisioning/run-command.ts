import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { LimberError } from '@limber/files';

/** How a command is run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** Called with each line of output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Once it is aborted the command is ended, with all that it started, and the signal's reason thrown. */
  readonly signal?: AbortSignal | undefined;
}

const tailLines = 8;

/** A command that was asked to end is killed after this time. */
const graceMs = 2000;

/**
 * Runs a command to its end and returns what it wrote to standard output.
 *
 * @throws {LimberError} `command-failed` with the last lines of its output if it cannot be started,
 * exits with another code than 0, or outlives `timeoutMs`.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { cwd, env, timeoutMs, signal, onLine } = options;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // a group of its own, so that a compiler's or pip's own children can be ended with it
      detached: signal !== undefined && process.platform !== 'win32',
      ...(cwd === undefined ? {} : { cwd }),
      ...(env === undefined ? {} : { env }),
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    });
    const stopWatching = signal === undefined ? () => {} : endWhenAborted(child, signal);
    let output = '';
    const lines: string[] = [];
    const listen = (stream: NodeJS.ReadableStream, isOutput: boolean): void => {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        if (isOutput) output += text;
        const parts = (rest + text).split(/\r?\n/);
        rest = parts.pop() ?? '';
        for (const line of parts) {
          lines.push(line);
          onLine?.(line);
        }
      });
      stream.on('end', () => {
        if (rest !== '') lines.push(rest);
      });
    };
    listen(child.stdout, true);
    listen(child.stderr, false);
    const fail = (why: string, cause?: unknown): void => {
      const tail = lines.filter((line) => line.trim() !== '').slice(-tailLines);
      const said = tail.map((line) => `\n  | ${line}`).join('');
      const what = `\`${[command, ...args].join(' ')}\` ${why}`;
      const fix = said === '' ? {} : { fix: `It said last:${said}` };
      reject(new LimberError('command-failed', { what, ...fix }, { cause }));
    };
    child.on('error', (error) => fail(`could not be started: ${error.message}`, error));
    child.on('close', (code, endedBy) => {
      stopWatching();
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (code === 0) resolve(output);
      else fail(endedBy === null ? `exited with code ${code}` : `was ended by ${endedBy}`);
    });
  });
}

/** @returns what stops watching, to be called when the command has ended. */
function endWhenAborted(child: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const kill = (): void => endGroup(child, 'SIGKILL');
  const end = (): void => {
    endGroup(child, 'SIGTERM');
    timer = setTimeout(kill, graceMs);
  };
  signal.addEventListener('abort', end, { once: true });
  // a second Ctrl-C ends this process at once
  process.once('exit', kill);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    process.removeListener('exit', kill);
  };
}

function endGroup(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(name);
    else process.kill(-child.pid, name);
  } catch (error) {
    // it has ended by itself
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
