import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { identityOf, livenessOf, pidOf } from '@limber/files';
import type { Executor, StageWork, WorkLine, WorkOutcome } from './executor.ts';
import type { HostReply, HostRequest } from './host-protocol.ts';
import { endRemains, killGroup } from './process-group.ts';
import { requireProgram } from './require-program.ts';
import { createStageReports } from './stage-reports.ts';

/** Runs each task in a process of this machine; its ticket is the process's identity. */
export const localExecutor: Executor = {
  name: 'local',
  isDetached: false,
  // A process that lost its runner ends by itself within 10 s.
  orphanGraceMs: 12_000,
  requireReady: () => void requireProgram('host'),
  run: runLocally,
  async isRunning(ticket) {
    const liveness = livenessOf(ticket);
    return liveness === 'elsewhere' ? undefined : liveness === 'alive';
  },
  async cancel(ticket) {
    for (; livenessOf(ticket) === 'alive'; await delay(pollMs)) killGroup(pidOf(ticket));
  },
};

/** How long a stage that took too long may go on saving. */
const timeoutGraceMs = 10_000;

/** How long processes that a stage left behind may take to end. */
const remainsGraceMs = 2_000;

/** What was printed last is read for at most this long: another process may keep the pipes open. */
const drainMs = 2_000;

const pollMs = 50;

/**
 * When `stop.ending` is aborted, or its time is over, the task is asked to save and end; when
 * `stop.killing` or `stop.lost` is, or saving takes too long as well, its process group is killed.
 */
async function runLocally(work: StageWork, line: WorkLine): Promise<WorkOutcome> {
  const { task, cwd, environment, logFile, timeoutMs, emptyFolders } = work;
  const { stop, onTicket, onLine } = line;
  for (const folder of emptyFolders) rmSync(folder, { recursive: true, force: true });
  for (const folder of emptyFolders) mkdirSync(folder, { recursive: true });
  const child = spawn(process.execPath, [requireProgram('host')], {
    cwd,
    env: { ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  const reports = createStageReports(onLine);
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.pipe(log, { end: false });
    createInterface({ input: stream }).on('line', reports.readLine);
  }
  let last: Exclude<WorkOutcome, { type: 'done' }> | { readonly type: 'done' } | undefined;
  child.on('message', (reply: HostReply) => {
    if (reply.type === 'reports') reply.reports.forEach(reports.take);
    else if (reply.type === 'failed') {
      const { detail, ...failed } = reply;
      if (detail !== undefined) log.write(`${detail}\n`);
      last = failed;
    } else last = reply;
  });
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
  for (const signal of [stop.killing, stop.lost]) signal.addEventListener('abort', kill);
  try {
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    if (child.pid !== undefined) onTicket(identityOf(child.pid));
    if (timeoutMs !== undefined) timers.push(setTimeout(endInTime, timeoutMs));
    sendTo(child, { type: 'start', task, heartbeat: work.heartbeat });
    if (stop.ending.aborted) abort();
    const [code, signal] = await exited;
    await endAll(child, closed, onLine);
    if (last?.type === 'done') {
      const { metrics, plots, provenance } = reports;
      return {
        type: 'done',
        metrics: Object.fromEntries(metrics),
        plots: Object.fromEntries(plots),
        provenance: Object.fromEntries(provenance),
      };
    }
    if (stop.ending.aborted) return last ?? { type: 'interrupted' };
    if (hasTimedOut)
      return failure(`The stage took longer than its timeout of ${timeoutMs! / 1000} s.`);
    const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
    return last ?? failure(`The stage's process ${how} before it was done.`);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    stop.ending.removeEventListener('abort', abort);
    for (const signal of [stop.killing, stop.lost]) signal.removeEventListener('abort', kill);
    await new Promise<void>((resolve) => log.end(resolve));
  }
}

function sendTo(child: ChildProcess, request: HostRequest): void {
  // That it cannot be sent means that the process has ended, which is noticed anyway.
  if (child.connected) child.send(request, () => undefined);
}

/** Ends what a stage's process, which has ended, left behind, and reads what was printed to the end. */
async function endAll(
  child: ChildProcess,
  closed: Promise<void>,
  onLine: WorkLine['onLine'],
): Promise<void> {
  const left = await endRemains(child.pid!, remainsGraceMs);
  if (left.length > 0) {
    const names = left.map(({ name, pid }) => `${name}, pid ${pid}`).join('; ');
    onLine(`left processes behind (${names}): they were ended`, 'warning');
  }
  const drained = closed.then(() => true);
  // A busy runner reads once more before it gives up.
  const late = delay(drainMs, false, { ref: false }).then((value) => nextTurn(value));
  if (await Promise.race([drained, late])) return;
  for (const pipe of [child.stdout, child.stderr]) pipe!.destroy();
  const message = 'a process that it started outside its process group still holds its output';
  onLine(`${message}, which is read no further`, 'warning');
}

function failure(message: string): WorkOutcome {
  return { type: 'failed', message, isInvalidInput: false };
}
