import { spawn } from 'node:child_process';
import { LimberError } from '@limber/files';

/** How a command is run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** Called with each line of output as it comes. */
  readonly onLine?: (line: string) => void;
}

const tailLines = 8;

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
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
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
          options.onLine?.(line);
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
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else fail(signal === null ? `exited with code ${code}` : `was ended by ${signal}`);
    });
  });
}
