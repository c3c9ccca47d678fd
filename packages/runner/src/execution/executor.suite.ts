import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StageWork, WorkOutcome } from './executor.ts';
import { executors } from './executors.ts';
import type { StageTask } from './stage-task.ts';

/** Waits until it is asked to stop, saves, and ends as a stage does; tells that it has begun. */
const savingModule = `
  import { writeFileSync } from 'node:fs';
  export default { async run({ outputs, signal, progress }) {
    progress('begun');
    const isAsked = new Promise((resolve) => signal.addEventListener('abort', resolve));
    const alive = setInterval(() => {}, 1000);
    await isAsked;
    clearInterval(alive);
    writeFileSync(outputs.saved, 'saved');
    throw signal.reason;
  } };`;

const reportingModule = `
  export default { async run({ params, report, plot, progress, warn }) {
    for (let step = 0; step < params.steps; step++) {
      plot('loss', step, 1 / (step + 1));
      progress('step ' + step);
      console.log('printed ' + step);
    }
    warn('mind');
    report({ AP: 0.5 });
    return { metrics: { AR: 0.25 } };
  } };`;

const failingModule = `
  export default { async run({ params }) {
    throw Object.assign(new Error(params.message), { exitCode: params.exitCode });
  } };`;

interface Ended {
  readonly outcome: WorkOutcome;
  readonly ticket: string;
  readonly lines: readonly string[];
}

/** Tests that an executor keeps the contract of {@link Executor}. */
export function testExecutor(name: keyof typeof executors): void {
  const executor = executors[name]!;

  describe(`the executor "${name}"`, () => {
    it('does a module’s work: metrics, plots, and each source of lines in its order', async () => {
      const folder = createFolder();
      const work = moduleWork(folder, reportingModule, { steps: 3 });
      const { outcome, lines } = await run(work);
      const loss = [
        [0, 1],
        [1, 1 / 2],
        [2, 1 / 3],
      ];
      expect(outcome).toEqual({
        type: 'done',
        provenance: {},
        metrics: { AP: 0.5, AR: 0.25 },
        plots: { loss },
      });
      const of = (source: string): string[] => lines.filter((line) => line.startsWith(source));
      expect(of('progress')).toEqual(['progress: step 0', 'progress: step 1', 'progress: step 2']);
      expect(of('output')).toEqual(['output: printed 0', 'output: printed 1', 'output: printed 2']);
      expect(of('warning')).toEqual(['warning: mind']);
      expect(readFileSync(work.logFile, 'utf8')).toBe('printed 0\nprinted 1\nprinted 2\n');
    });

    it('a flood of points leaves a plot that shows all of them thinned evenly', async () => {
      const code = `export default { async run({ plot }) {
        for (let x = 0; x < 50_000; x++) plot('loss', x, 1);
      } };`;
      const { outcome } = await run(moduleWork(createFolder(), code, {}));
      const loss = Array.from({ length: 6_250 }, (_, index) => [8 * index, 1]);
      expect(outcome).toEqual({ type: 'done', provenance: {}, metrics: {}, plots: { loss } });
    });

    it('a command finds its folder and its environment, and all it prints is in its order', async () => {
      const folder = createFolder();
      const command = `pwd; echo "$WORD"; echo '::limber {"metrics": {"AP": 1}}'; seq 20000`;
      const environment = { ...process.env, WORD: 'word' };
      const { outcome, lines } = await run({ ...commandWork(folder, command), environment });
      expect(outcome).toEqual({ type: 'done', provenance: {}, metrics: { AP: 1 }, plots: {} });
      const numbers = Array.from({ length: 20_000 }, (_, index) => `output: ${index + 1}`);
      const printed = lines.filter((line) => line.startsWith('output'));
      expect(printed).toEqual([`output: ${folder}`, 'output: word', ...numbers]);
    });

    it('a failure keeps its exit code, a module’s its message, invalid input its mark', async () => {
      const folder = createFolder();
      const failed = { type: 'failed', isInvalidInput: false };
      const command = await run(commandWork(folder, 'exit 7'));
      const message = 'The command ended with exit code 7.';
      expect(command.outcome).toEqual({ ...failed, message, exitCode: 7 });
      const broken = await run(moduleWork(folder, failingModule, { message: 'broken' }));
      expect(broken.outcome).toEqual({ ...failed, message: 'broken' });
      const params = { message: 'no such file', exitCode: 2 };
      const invalid = await run(moduleWork(folder, failingModule, params));
      expect(invalid.outcome).toEqual({ ...failed, message: 'no such file', isInvalidInput: true });
      const killed = await run(commandWork(folder, 'kill -KILL $PPID'));
      expect(killed.outcome).toMatchObject(failed);
    });

    it('asked to end, the work saves and is interrupted', async () => {
      const folder = createFolder();
      const ending = new AbortController();
      const { outcome } = await run(moduleWork(folder, savingModule, {}), {
        ending,
        onLine: (line) => line === 'begun' && ending.abort(),
      });
      expect(outcome).toEqual({ type: 'interrupted' });
      expect(readFileSync(join(folder, 'saved'), 'utf8')).toBe('saved');
    });

    it('asked to end before it has begun, it is interrupted all the same', async () => {
      const ending = new AbortController();
      ending.abort();
      const { outcome } = await run(commandWork(createFolder(), 'sleep 300'), { ending });
      expect(outcome).toEqual({ type: 'interrupted' });
    });

    it('what does not end when it is asked is killed, all of it', async () => {
      const folder = createFolder();
      const [ending, killing] = [new AbortController(), new AbortController()];
      const command = `trap 'echo asked' TERM; echo begun; sleep 300 & while :; do wait; done`;
      const { outcome, ticket } = await run(commandWork(folder, command), {
        ending,
        killing,
        onLine(line) {
          if (line === 'begun') ending.abort();
          if (line === 'asked') killing.abort();
        },
      });
      expect(outcome).toEqual({ type: 'interrupted' });
      expect(await executor.isRunning(ticket)).toBe(false);
    });

    it('what takes too long is asked to save, and has failed', async () => {
      const folder = createFolder();
      const work = { ...moduleWork(folder, savingModule, {}), timeoutMs: 4_000 };
      expect((await run(work)).outcome).toEqual({
        type: 'failed',
        message: 'The stage took longer than its timeout of 4 s.',
        isInvalidInput: false,
      });
      expect(existsSync(join(folder, 'saved'))).toBe(true);
    });

    it('the ticket comes before the work begins, and that of finished work finds nothing', async () => {
      const folder = createFolder();
      const begun: boolean[] = [];
      const { ticket, outcome } = await run(commandWork(folder, 'echo > begun'), {
        onTicket: () => begun.push(existsSync(join(folder, 'begun'))),
      });
      expect([outcome.type, begun]).toEqual(['done', [false]]);
      expect(ticket).not.toContain('\n');
      expect(await executor.isRunning(ticket)).toBe(false);
      await executor.cancel(ticket);
    });

    it.runIf(executor.isDetached)('a later runner joins the work of one that died', async () => {
      const folder = createFolder();
      const command = `echo begun >> begun; echo begun; while [ ! -e go ]; do sleep 0.1; done; echo gone`;
      const work = commandWork(folder, command);
      const ticket = await runAndDie(folder, work);
      expect(await executor.isRunning(ticket)).toBe(true);
      writeFileSync(join(folder, 'go'), '');
      const joined = await run(work);
      expect(joined.ticket).toBe(ticket);
      expect(joined.outcome.type).toBe('done');
      expect(joined.lines.filter((line) => line.startsWith('output'))).toEqual([
        'output: begun',
        'output: gone',
      ]);
      expect(readFileSync(join(folder, 'begun'), 'utf8')).toBe('begun\n');
      expect((await run(work)).outcome).toEqual(joined.outcome);
    });

    it.skipIf(executor.isDetached)('work whose runner died saves and ends', async () => {
      const folder = createFolder();
      const ticket = await runAndDie(folder, moduleWork(folder, savingModule, {}));
      const started = performance.now();
      while (await executor.isRunning(ticket)) {
        expect(performance.now() - started).toBeLessThan(executor.orphanGraceMs);
        await delay(20);
      }
      expect(readFileSync(join(folder, 'saved'), 'utf8')).toBe('saved');
    });

    it('a later runner cancels work that goes on without its runner', async () => {
      const folder = createFolder();
      const command = `trap '' TERM; echo begun; while :; do sleep 0.1; done`;
      const ticket = await runAndDie(folder, commandWork(folder, command));
      expect(await executor.isRunning(ticket)).toBe(true);
      await executor.cancel(ticket);
      expect(await executor.isRunning(ticket)).toBe(false);
    });
  });

  interface Call {
    readonly ending?: AbortController;
    readonly killing?: AbortController;
    readonly onTicket?: (ticket: string) => void;
    readonly onLine?: (line: string) => unknown;
  }

  async function run(work: StageWork, call: Call = {}): Promise<Ended> {
    const { ending = new AbortController(), killing = new AbortController() } = call;
    const lines: string[] = [];
    const tickets: string[] = [];
    const outcome = await executor.run(work, {
      stop: { ending: ending.signal, killing: killing.signal, lost: new AbortController().signal },
      onTicket(ticket) {
        tickets.push(ticket);
        call.onTicket?.(ticket);
      },
      onLine(line, source) {
        lines.push(`${source}: ${line}`);
        call.onLine?.(line);
      },
    });
    expect(tickets).toHaveLength(1);
    return { outcome, ticket: tickets[0]!, lines };
  }

  /** Starts the work in a runner that is killed as soon as the work has said a line. */
  async function runAndDie(folder: string, work: StageWork): Promise<string> {
    const built = new URL('../../dist/execution/executors.js', import.meta.url).href;
    writeFileSync(
      join(folder, 'runner.mjs'),
      `import { executors } from ${JSON.stringify(built)};
      const signal = new AbortController().signal;
      let ticket;
      await executors[${JSON.stringify(name)}].run(${JSON.stringify(work)}, {
        stop: { ending: signal, killing: signal, lost: signal },
        onTicket: (given) => (ticket = given),
        onLine: (line) => line === 'begun' && process.stdout.write(ticket),
      });`,
    );
    const runner = spawn(process.execPath, [join(folder, 'runner.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [ticket] = (await once(runner.stdout, 'data')) as [Buffer];
    runner.kill('SIGKILL');
    await once(runner, 'exit');
    return ticket.toString();
  }
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'limber-executor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function moduleWork(folder: string, code: string, params: unknown): StageWork {
  const file = join(folder, 'stage.mjs');
  writeFileSync(file, code);
  const outputs = { saved: join(folder, 'saved') };
  const context = { name: 'stage', params, inputs: {}, outputs, workDir: folder };
  return workOf(folder, { type: 'module', module: pathToFileURL(file).href, context });
}

function commandWork(folder: string, command: string): StageWork {
  return workOf(folder, { type: 'command', command });
}

function workOf(folder: string, task: StageTask): StageWork {
  const [logFile, heartbeat] = ['log', 'heartbeat'].map((name) => join(folder, name));
  return {
    task,
    cwd: folder,
    environment: { ...process.env },
    logFile: logFile!,
    timeoutMs: undefined,
    heartbeat: heartbeat!,
    name: 'test-stage',
    matrix: undefined,
    emptyFolders: [],
    folder: mkdtempSync(join(folder, 'job-')),
    resources: { cpu: 1, memoryBytes: 0, gpu: 0 },
    resumedFrom: undefined,
    slurm: { partition: undefined, account: undefined, timeMs: undefined },
  };
}
