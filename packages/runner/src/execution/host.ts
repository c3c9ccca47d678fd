import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { isMissing, startHeartbeat } from '@limber/files';
import type { StageModule } from '../stage-definition.ts';
import type { HostReply, HostRequest } from './host-protocol.ts';
import { othersInGroup, signalGroup } from './process-group.ts';
import type { StageTask, StageUpdate, TaskContext } from './stage-task.ts';

/**
 * The process that one stage runs in: leader of its own process group, so that the runner can end
 * all of it. It ends by itself, and takes its group along, when the runner is gone.
 */
const stop = new AbortController();

/** How long a stage may go on saving after the runner has died. */
const orphanGraceMs = 10_000;

/** How often a command that is ending is looked at. */
const groupPollMs = 50;

/** Reports that wait to be sent, so many in a message. */
const unsent: StageUpdate[][] = [];
const batchSize = 1_000;
let isSending = false;

process.on('message', (request: HostRequest) => {
  switch (request.type) {
    case 'start':
      startHeartbeat(request.heartbeat);
      void work(request.task);
      break;
    case 'abort':
      stop.abort();
      break;
  }
});
process.on('disconnect', endWithoutRunner);
process.on('SIGTERM', () => stop.abort());
process.on('SIGINT', () => stop.abort());
process.on('uncaughtException', fail);
process.stdout.on('error', endWithoutRunner);
process.stderr.on('error', endWithoutRunner);

async function work(task: StageTask): Promise<void> {
  try {
    if (task.type === 'module') await runModule(task.module, task.context);
    else await runCommand(task.command);
    finish(stop.signal.aborted ? { type: 'interrupted' } : { type: 'done' });
  } catch (error) {
    fail(error);
  }
}

async function runModule(url: string, context: TaskContext): Promise<void> {
  const { default: stage } = (await import(url)) as { default?: Partial<StageModule> };
  if (typeof stage?.run !== 'function') {
    throw new TypeError(`${url} has no default export with a run function.`);
  }
  stop.signal.throwIfAborted();
  const result = await stage.run({
    ...context,
    report: (metrics) => report({ metrics }),
    provenance: (provenance) => report({ provenance }),
    progress: (progress) => report({ progress }),
    warn: (warning) => report({ warning }),
    plot: (name, x, y) => report({ plot: { name, x, y } }),
    signal: stop.signal,
  });
  if (result?.metrics !== undefined) report({ metrics: result.metrics });
}

/** The next batch is sent when the one before has left: a flood waits here, not in the runner. */
function report(news: StageUpdate): void {
  const open = unsent.at(-1);
  if (open === undefined || open.length >= batchSize) unsent.push([news]);
  else open.push(news);
  if (!isSending) sendReports();
}

function sendReports(): void {
  const reports = unsent.shift();
  isSending = reports !== undefined;
  if (reports !== undefined) send({ type: 'reports', reports }, sendReports);
}

function send(reply: HostReply, onSent: () => void): void {
  if (process.connected) process.send!(reply, onSent);
}

/** The command could not be started, or ended with another exit code than 0. */
class CommandFailure extends Error {
  readonly code: number | undefined;

  constructor(message: string, code: number | null) {
    super(message);
    this.code = code ?? undefined;
  }
}

/** What commands are written for. Windows has none of its own. */
const shellName = 'sh';

const noShell =
  `The command is for the shell ${shellName}, and there is none on the PATH. ` +
  "On Windows, add Git for Windows' folder usr\\bin to it, or work in WSL 2.";

/** When the run is ended, all processes of the command are told so, and waited for. */
async function runCommand(command: string): Promise<void> {
  const shell = spawn(shellName, ['-c', command], { stdio: ['ignore', 'inherit', 'inherit'] });
  const terminate = (): void => {
    // this process goes on: on Windows it would be ended together with the shell
    if (process.platform === 'win32') shell.kill();
    else signalGroup(process.pid, 'SIGTERM');
  };
  stop.signal.addEventListener('abort', terminate);
  try {
    await new Promise<void>((resolve, reject) => {
      shell.on('error', (error) =>
        reject(isMissing(error) ? new CommandFailure(noShell, null) : error),
      );
      shell.on('exit', (code, signal) => {
        const how = code === null ? signal : `exit code ${code}`;
        if (code === 0) resolve();
        else reject(new CommandFailure(`The command ended with ${how}.`, code));
      });
    });
  } finally {
    stop.signal.removeEventListener('abort', terminate);
    while (stop.signal.aborted && othersInGroup(process.pid).length > 0) await delay(groupPollMs);
  }
}

function fail(error: unknown): void {
  const thrown = error as { message?: string; exitCode?: number } | undefined;
  const isInvalidInput = thrown?.exitCode === 2;
  const message = thrown?.message ?? String(error);
  const isExplained = isInvalidInput || error instanceof CommandFailure;
  const detail = isExplained ? message : inspect(error);
  const exitCode = error instanceof CommandFailure ? error.code : undefined;
  finish(
    stop.signal.aborted
      ? { type: 'interrupted' }
      : {
          type: 'failed',
          message,
          detail,
          isInvalidInput,
          ...(exitCode === undefined ? {} : { exitCode }),
        },
  );
}

function finish(reply: HostReply): void {
  if (!process.connected) endGroup();
  process.removeListener('disconnect', endWithoutRunner);
  for (const reports of unsent.splice(0)) send({ type: 'reports', reports }, () => undefined);
  send(reply, () => process.exit(0));
}

function endWithoutRunner(): void {
  stop.abort();
  setTimeout(endGroup, orphanGraceMs).unref();
}

function endGroup(): never {
  signalGroup(process.pid, 'SIGKILL');
  process.exit(1);
}
