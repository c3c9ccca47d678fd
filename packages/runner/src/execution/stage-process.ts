import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../pipeline-error.ts';
import type { HostReply, HostRequest, HostTask } from './host-protocol.ts';
import { splitLines } from './split-lines.ts';
import type { StopSignals } from './stop-signals.ts';

/** How a stage's process ended. */
export type ProcessOutcome =
  | { readonly type: 'done'; readonly metrics: Readonly<Record<string, number>> }
  | { readonly type: 'interrupted' }
  | { readonly type: 'failed'; readonly message: string; readonly isInvalidInput: boolean };

/** A line that a stage printed or gave as its progress. */
export type ReportLine = (line: string, source: 'progress' | 'output' | 'warning') => void;

/**
 * Runs a task in a process of its own and waits until nothing of it is left.
 *
 * What the task prints goes to `logFile` and, line by line, to `onLine`. When `stop.ending` is
 * aborted the task is asked to save and end; when `stop.killing` is, its process group is killed.
 */
export async function runStageProcess(options: {
  readonly task: HostTask;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  readonly stop: StopSignals;
  readonly onLine: ReportLine;
}): Promise<ProcessOutcome> {
  const { task, cwd, environment, logFile, stop, onLine } = options;
  const child = spawn(process.execPath, [requireHost()], {
    cwd,
    env: { ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.pipe(log, { end: false });
    splitLines(stream, (line) => onLine(line, 'output'));
  }
  const abort = (): void => sendTo(child, { type: 'abort' });
  const kill = (): void => killGroup(child);
  stop.ending.addEventListener('abort', abort);
  stop.killing.addEventListener('abort', kill);
  try {
    sendTo(child, { type: 'start', task });
    if (stop.ending.aborted) abort();
    return await outcomeOf(child, stop, onLine);
  } finally {
    stop.ending.removeEventListener('abort', abort);
    stop.killing.removeEventListener('abort', kill);
    await new Promise<void>((resolve) => log.end(resolve));
  }
}

/**
 * The file that a stage's process starts from. It is the built one also when the runner runs from
 * its sources, because Node cannot start from a `.ts` file.
 *
 * @throws {PipelineError} `runner-not-built` if it is missing.
 */
export function requireHost(): string {
  const isSource = import.meta.url.endsWith('.ts');
  const built = isSource ? '../../dist/execution/host.js' : './host.js';
  const path = fileURLToPath(new URL(built, import.meta.url));
  if (existsSync(path)) return path;
  throw new PipelineError('runner-not-built', `${path} is missing. Build the runner first.`);
}

function outcomeOf(
  child: ChildProcess,
  stop: StopSignals,
  onLine: ReportLine,
): Promise<ProcessOutcome> {
  const metrics: Record<string, number> = {};
  let last: HostReply | undefined;
  child.on('message', (reply: HostReply) => {
    if (reply.type === 'progress' || reply.type === 'warning') onLine(reply.line, reply.type);
    else if (reply.type === 'metrics') Object.assign(metrics, reply.metrics);
    else last = reply;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => killGroup(child));
    child.on('close', (code, signal) => {
      if (last?.type === 'done') resolve({ type: 'done', metrics });
      else if (last?.type === 'interrupted' || last?.type === 'failed') resolve(last);
      else if (stop.ending.aborted) resolve({ type: 'interrupted' });
      else {
        const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
        const message = `The stage's process ${how} before it was done.`;
        resolve({ type: 'failed', message, isInvalidInput: false });
      }
    });
  });
}

function sendTo(child: ChildProcess, request: HostRequest): void {
  if (child.connected) child.send(request);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
