import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../pipeline-error.ts';
import type { Plots } from '../store/artifact.ts';
import type { HostReply, HostRequest, HostTask, StageUpdate } from './host-protocol.ts';
import { readPrintedLine } from './printed-line.ts';
import { killGroup } from './process-group.ts';
import type { StopSignals } from './stop-signals.ts';

/** How a stage's process ended. */
export type ProcessOutcome =
  | {
      readonly type: 'done';
      readonly metrics: Readonly<Record<string, number>>;
      readonly plots: Plots;
    }
  | { readonly type: 'interrupted' }
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly isInvalidInput: boolean;
      readonly exitCode?: number;
    };

/** A line that a stage printed or gave as its progress. */
type ReportLine = (line: string, source: 'progress' | 'output' | 'warning') => void;

/** A task, and how it is to be run. */
export interface StageProcessOptions {
  readonly task: HostTask;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  readonly stop: StopSignals;
  readonly timeoutMs: number | undefined;
  readonly onLine: ReportLine;
  /** The file that gets the process's heartbeat, made by `onStart`. */
  readonly heartbeat: string;
  /** Called with the process's id before it gets its task. */
  readonly onStart: (pid: number) => void;
}

/** How long a stage that took too long may go on saving. */
const timeoutGraceMs = 10_000;

/**
 * Runs a task in a process of its own and waits until nothing of it is left.
 *
 * What the task prints goes to `logFile` and, line by line, to `onLine`. When `stop.ending` is
 * aborted, or its time is over, the task is asked to save and end; when `stop.killing` is, or saving
 * takes too long as well, its process group is killed.
 */
export async function runStageProcess(options: StageProcessOptions): Promise<ProcessOutcome> {
  const { task, cwd, environment, logFile, stop, timeoutMs, onLine } = options;
  const child = spawn(process.execPath, [requireHost()], {
    cwd,
    env: { ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  const gathered = createGatherer(onLine);
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.pipe(log, { end: false });
    createInterface({ input: stream }).on('line', gathered.readLine);
  }
  const abort = (): void => sendTo(child, { type: 'abort' });
  const kill = (): void => killGroup(child.pid);
  let hasTimedOut = false;
  const timers: NodeJS.Timeout[] = [];
  const endInTime = (): void => {
    hasTimedOut = true;
    abort();
    timers.push(setTimeout(kill, timeoutGraceMs));
  };
  stop.ending.addEventListener('abort', abort);
  stop.killing.addEventListener('abort', kill);
  try {
    if (child.pid !== undefined) options.onStart(child.pid);
    if (timeoutMs !== undefined) timers.push(setTimeout(endInTime, timeoutMs));
    sendTo(child, { type: 'start', task, heartbeat: options.heartbeat });
    if (stop.ending.aborted) abort();
    const outcome = await outcomeOf(child, stop, gathered);
    if (!hasTimedOut || outcome.type === 'done' || stop.ending.aborted) return outcome;
    const message = `The stage took longer than its timeout of ${timeoutMs! / 1000} s.`;
    return { type: 'failed', message, isInvalidInput: false };
  } finally {
    for (const timer of timers) clearTimeout(timer);
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

/** What a stage has reported so far. */
interface Gathered {
  readonly metrics: Record<string, number>;
  readonly plots: Record<string, (readonly [x: number, y: number])[]>;
  readonly readLine: (line: string) => void;
  readonly take: (news: StageUpdate) => void;
}

function createGatherer(onLine: ReportLine): Gathered {
  const metrics: Gathered['metrics'] = {};
  const plots: Gathered['plots'] = {};
  const take = ({ metrics: added, plot, progress, warning }: StageUpdate): void => {
    Object.assign(metrics, added);
    if (plot !== undefined) (plots[plot.name] ??= []).push([plot.x, plot.y]);
    if (progress !== undefined) onLine(progress, 'progress');
    if (warning !== undefined) onLine(warning, 'warning');
  };
  const readLine = (line: string): void => {
    const read = readPrintedLine(line);
    if (read.type === 'report') take(read.report);
    else if (read.type === 'malformed') onLine(read.problem, 'warning');
    else if (line !== '') onLine(line, 'output');
  };
  return { metrics, plots, readLine, take };
}

function outcomeOf(
  child: ChildProcess,
  stop: StopSignals,
  { metrics, plots, take }: Gathered,
): Promise<ProcessOutcome> {
  let last: HostReply | undefined;
  child.on('message', (reply: HostReply) => {
    if (reply.type === 'report') take(reply.report);
    else last = reply;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => killGroup(child.pid));
    child.on('close', (code, signal) => {
      if (last?.type === 'done') resolve({ type: 'done', metrics, plots });
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
