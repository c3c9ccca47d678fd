import { spawn } from 'node:child_process';
import type { StageModule } from '../stage-definition.ts';
import type { HostContext, HostReply, HostRequest, HostTask } from './host-protocol.ts';

/**
 * The process that one stage runs in: leader of its own process group, so that the runner can end
 * all of it. It ends by itself, and takes its group along, when the runner is gone.
 */
const stop = new AbortController();

/** How long a stage may go on saving after the runner has died. */
const ORPHAN_GRACE_MS = 10_000;

process.on('message', (request: HostRequest) => {
  switch (request.type) {
    case 'start':
      void work(request.task);
      break;
    case 'abort':
      stop.abort();
      break;
  }
});
process.on('disconnect', outliveRunner);
process.on('SIGTERM', () => stop.abort());
process.on('SIGINT', () => stop.abort());
process.on('uncaughtException', fail);
process.stdout.on('error', outliveRunner);
process.stderr.on('error', outliveRunner);

async function work(task: HostTask): Promise<void> {
  try {
    if (task.type === 'module') await runModule(task.module, task.context);
    else await runCommand(task.command);
    finish(stop.signal.aborted ? { type: 'interrupted' } : { type: 'done' });
  } catch (error) {
    fail(error);
  }
}

async function runModule(url: string, context: HostContext): Promise<void> {
  const { default: stage } = (await import(url)) as { default?: Partial<StageModule> };
  if (typeof stage?.run !== 'function') {
    throw new TypeError(`${url} has no default export with a run function.`);
  }
  const result = await stage.run({
    ...context,
    report: (metrics) => send({ type: 'metrics', metrics }),
    progress: (line) => send({ type: 'progress', line }),
    warn: (line) => send({ type: 'warning', line }),
    signal: stop.signal,
  });
  if (result?.metrics !== undefined) send({ type: 'metrics', metrics: result.metrics });
}

function runCommand(command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const shell = spawn(command, { shell: true, stdio: ['ignore', 'inherit', 'inherit'] });
    const terminate = (): void => void shell.kill('SIGTERM');
    stop.signal.addEventListener('abort', terminate);
    shell.on('error', reject);
    shell.on('exit', (code, signal) => {
      stop.signal.removeEventListener('abort', terminate);
      if (code === 0) resolve();
      else
        reject(
          new Error(`The command ended with ${code === null ? signal : `exit code ${code}`}.`),
        );
    });
  });
}

function fail(error: unknown): void {
  const thrown = error as { message?: string; exitCode?: number } | undefined;
  const isInvalidInput = thrown?.exitCode === 2;
  const message = thrown?.message ?? String(error);
  console.error(isInvalidInput ? message : error);
  finish(
    stop.signal.aborted ? { type: 'interrupted' } : { type: 'failed', message, isInvalidInput },
  );
}

function send(reply: HostReply): void {
  if (process.connected) process.send!(reply);
}

function finish(reply: HostReply): void {
  if (!process.connected) endGroup();
  process.removeListener('disconnect', outliveRunner);
  process.send!(reply, () => process.exit(0));
}

function outliveRunner(): void {
  stop.abort();
  setTimeout(endGroup, ORPHAN_GRACE_MS).unref();
}

function endGroup(): never {
  process.kill(-process.pid, 'SIGKILL');
  process.exit(1);
}
