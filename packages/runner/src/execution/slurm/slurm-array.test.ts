import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { TestWorkspace } from '../test-workspace.suite.ts';
import { createTestWorkspace, named } from '../test-workspace.suite.ts';
import { useSlurm, whyNoSlurm } from './slurm-cluster.suite.ts';
import { allow, placeOf, replaceProgram, startRun } from './slurm-workspace.suite.ts';

/** How many members a matrix has; 300 take some minutes. */
const count = Number(process.env['LIMBER_ARRAY_MEMBERS'] ?? 8);

vi.setConfig({ testTimeout: 90_000 + count * 3_000 });

const members = Array.from({ length: count }, (_, member) => member);
/** Fewer, which all run at the same time. */
const few = [0, 1, 2];

/** Each member notes its number in the array, and ends when there is a file `go`. */
const pipelineOf = (numbers: readonly number[]): string => `name: many
defaults: { executor: slurm }
stages:
  one:
    matrix: { n: [${numbers.join(', ')}] }
    with: { n: '\${{ matrix.n }}' }
    run: |
      trap 'echo saved > "$LIMBER_WORK_DIR/saved"; exit 1' TERM
      echo "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}" >> "$PLACE/begun-$LIMBER_PARAM_N"
      while [ ! -e "$PLACE/go" ]; do sleep 0.1; done
      cat "$LIMBER_WORK_DIR"/* > "$LIMBER_OUTPUT_TEXT"
      echo "$LIMBER_PARAM_N" >> "$LIMBER_OUTPUT_TEXT"
    outputs: [text]
    resumable: true
    cache: true
    resources: { cpu: 1, memory: 10MB }
`;

/** The ids under which a member has begun; one that is only being written is none yet. */
function startsOf({ root }: TestWorkspace, member: number): string[] {
  const file = join(root, 'place', `begun-${member}`);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

const textOf = (workspace: TestWorkspace, member: number): string =>
  workspace.read(`runs/many/latest/one@${member}/text`);

const queued = (): string[] =>
  execFileSync('squeue', ['-h', '-r', '-o', '%i'], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);

async function untilBegun(workspace: TestWorkspace, some: readonly number[]): Promise<void> {
  while (!some.every((member) => startsOf(workspace, member).length > 0)) await delay(20);
}

describe.runIf(whyNoSlurm() === undefined)(
  'on a Slurm of two nodes, the members of a matrix',
  () => {
    useSlurm();

    it('are one job array, which few commands of Slurm are asked about', async () => {
      const workspace = createTestWorkspace(pipelineOf(members));
      placeOf(workspace);
      const sbatch = replaceProgram(workspace, 'sbatch', 'exec sbatch "$@"');
      const squeue = replaceProgram(workspace, 'squeue', 'exec squeue "$@"');
      allow(workspace);
      const started = performance.now();
      const { stages } = await workspace.run();
      const seconds = (performance.now() - started) / 1000;
      expect(stages.map(({ outcome, error }) => error ?? outcome)).toEqual(
        members.map(() => 'ran'),
      );
      const submitted = sbatch.calls().filter((call) => call.includes('--job-name'));
      expect(submitted).toHaveLength(1);
      expect(submitted[0]).toContain(` --array=${members.join()} `);
      const arrays = members.map((member) => startsOf(workspace, member)[0]!.split('_')[0]!);
      expect(new Set(arrays).size).toBe(1);
      expect(members.map((member) => textOf(workspace, member))).toEqual(
        members.map((member) => `${member}\n`),
      );
      const looks = squeue.calls().length;
      console.log(`${count} members: ${seconds.toFixed(1)} s, ${looks} calls of squeue`);
      expect(looks).toBeLessThan(3 + seconds / 2);
      expect(squeue.calls().every((call) => call.length < 200)).toBe(true);
    });

    it('are several arrays where the cluster allows none so large', async () => {
      const workspace = createTestWorkspace(pipelineOf(few));
      placeOf(workspace);
      const limit = '[ "$1" = show ] && echo "MaxArraySize            = 2" || exec scontrol "$@"';
      replaceProgram(workspace, 'scontrol', limit);
      const sbatch = replaceProgram(workspace, 'sbatch', 'exec sbatch "$@"');
      const runner = await startRun(workspace, 'begun-0');
      allow(workspace);
      expect(await once(runner, 'exit')).toEqual([0, null]);
      const arrays = sbatch.calls().flatMap((call) => /--array=(\S+)/.exec(call)?.[1] ?? []);
      expect(arrays.toSorted()).toEqual(['0', '0,1']);
    });

    it('go on when the runner is killed, and are joined by the next run, each begun once', async () => {
      const workspace = createTestWorkspace(pipelineOf(members));
      const runner = await startRun(workspace, 'begun-0');
      runner.kill('SIGKILL');
      await once(runner, 'exit');
      const sbatch = replaceProgram(workspace, 'sbatch', 'exec sbatch "$@"');
      const joined = workspace.run();
      allow(workspace);
      const { stages } = await joined;
      expect(stages.map(({ outcome, error }) => error ?? outcome)).toEqual(
        members.map(() => 'ran'),
      );
      expect(sbatch.calls().filter((call) => call.includes('--job-name'))).toEqual([]);
      expect(members.map((member) => startsOf(workspace, member).length)).toEqual(
        members.map(() => 1),
      );
    });

    it('whose sbatch was killed before it said a number are found by their name, and run once', async () => {
      const workspace = createTestWorkspace(pipelineOf(members));
      placeOf(workspace);
      const sbatch = replaceProgram(
        workspace,
        'sbatch',
        '[ "$1" = --version ] && exec sbatch "$@"\nsbatch "$@" > /dev/null && kill -9 $$',
      );
      allow(workspace);
      expect(named(await workspace.run(), 'ran')).toHaveLength(count);
      expect(sbatch.calls().filter((call) => call.includes('--job-name'))).toHaveLength(1);
      expect(members.map((member) => startsOf(workspace, member).length)).toEqual(
        members.map(() => 1),
      );
    });

    it.each([
      ['is requeued', (id: string) => execFileSync('scontrol', ['requeue', id])],
      [
        'comes near its time limit',
        (id: string) => execFileSync('scancel', ['--batch', '--signal=USR2', id]),
      ],
    ])('of which one %s go on, and that one from what it has saved', async (_, requeue) => {
      const workspace = createTestWorkspace(pipelineOf(few));
      placeOf(workspace);
      const run = workspace.run();
      await untilBegun(workspace, few);
      // The last task's own number is that of the whole array.
      const last = few.at(-1)!;
      const [id] = startsOf(workspace, last);
      requeue(id!);
      while (startsOf(workspace, last).length < 2) await delay(20);
      allow(workspace);
      expect(named(await run, 'ran')).toHaveLength(few.length);
      expect(few.map((member) => startsOf(workspace, member).length)).toEqual([1, 1, 2]);
      expect(few.map((member) => textOf(workspace, member))).toEqual(['0\n', '1\n', 'saved\n2\n']);
    });

    it('of which somebody cancels one fail that one alone', async () => {
      const workspace = createTestWorkspace(pipelineOf(few));
      placeOf(workspace);
      const run = workspace.run({ keepGoing: true });
      await untilBegun(workspace, few);
      const [id] = startsOf(workspace, 1);
      execFileSync('scancel', [id!]);
      while (queued().includes(id!)) await delay(50);
      allow(workspace);
      const { stages } = await run;
      const error = `Slurm’s job ${id} was cancelled (scancel). Run again to go on.`;
      expect(stages.map((stage) => stage.error)).toEqual([undefined, error, undefined]);
      expect(named(await workspace.run(), 'ran')).toEqual(['one@1']);
      expect(textOf(workspace, 1)).toBe('saved\n1\n');
    });

    it('end at Ctrl-C: those that wait are cancelled, those that run save, and the next run goes on', async () => {
      const workspace = createTestWorkspace(pipelineOf(members));
      const scancel = replaceProgram(workspace, 'scancel', 'exec scancel "$@"');
      const runner = await startRun(workspace, 'begun-0');
      await untilBegun(workspace, [0, 1]);
      runner.kill('SIGINT');
      await once(runner, 'exit');
      expect(queued()).toEqual([]);
      expect(scancel.calls().length).toBeGreaterThan(0);
      expect(scancel.calls().length).toBeLessThan(count);
      allow(workspace);
      expect(named(await workspace.run(), 'ran')).toHaveLength(count);
      for (const member of [0, 1]) expect(textOf(workspace, member)).toBe(`saved\n${member}\n`);
    });
  },
);
