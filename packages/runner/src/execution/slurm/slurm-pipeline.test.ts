import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { cleanPipeline } from '../../commands/clean-pipeline.ts';
import { collectGarbage } from '../../commands/collect-garbage.ts';
import type { TestWorkspace } from '../test-workspace.suite.ts';
import { createTestWorkspace, named } from '../test-workspace.suite.ts';
import { useSlurm, whyNoSlurm } from './slurm-cluster.suite.ts';
import { allow, placeOf, replaceProgram, startRun, untilThere } from './slurm-workspace.suite.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Notes each start, saves in its working folder (SIGTERM may come twice), and ends when there is a file `go`. */
const waiting = `name: waiting
params: { partition: main }
defaults: { executor: slurm, slurm: { partition: '\${{ params.partition }}' } }
stages:
  first: { run: 'echo of the first > "$LIMBER_OUTPUT_TEXT"', outputs: [text] }
  train:
    run: |
      cat "$LIMBER_INPUT_TEXT" > "$LIMBER_OUTPUT_MODEL"
      trap 'echo saved > "$LIMBER_WORK_DIR/saved"; exit 1' TERM
      echo begun >> "$PLACE/begun"
      while [ ! -e "$PLACE/go" ]; do sleep 0.05; done
      cat "$LIMBER_WORK_DIR"/* >> "$LIMBER_OUTPUT_MODEL"
      true
    inputs: { text: '\${{ stages.first.text }}' }
    outputs: [model]
    resumable: true
    cache: true
`;

const runningJob = (): string =>
  execFileSync('squeue', ['-h', '-t', 'running', '-o', '%A'], { encoding: 'utf8' }).trim();

const startsOf = (workspace: TestWorkspace): string =>
  readFileSync(join(workspace.root, 'place', 'begun'), 'utf8');

const modelOf = (workspace: TestWorkspace): string =>
  workspace.read('runs/waiting/latest/train/model');

describe.runIf(whyNoSlurm() === undefined)('on a Slurm of two nodes', () => {
  useSlurm();

  it('stages run side by side on two nodes, and the rerun finds what they made', async () => {
    const meet = `echo "$SLURMD_NODENAME" > "$LIMBER_OUTPUT_NODE"; touch "$PLACE/$LIMBER_PARAM_ME"; while [ ! -e "$PLACE/$LIMBER_PARAM_OTHER" ]; do sleep 0.05; done`;
    const stage = (me: string, other: string): string =>
      `  ${me}: { run: '${meet}', with: { me: ${me}, other: ${other} }, outputs: [node], cache: true, resources: { cpu: 2, memory: 100MB } }\n`;
    const workspace = createTestWorkspace(
      `name: pair\nstages:\n${stage('left', 'right')}${stage('right', 'left')}`,
    );
    placeOf(workspace);
    expect(named(await workspace.run({ executor: 'slurm' }), 'ran')).toEqual(['left', 'right']);
    const nodes = ['left', 'right'].map((name) =>
      workspace.read(`runs/pair/latest/${name}/node`).trim(),
    );
    expect(nodes.sort()).toEqual(['n1', 'n2']);
    expect(named(await workspace.run(), 'cached')).toEqual(['left', 'right']);
  });

  it('the job of a killed runner goes on, gc keeps what it needs, and the next run joins it', async () => {
    const workspace = createTestWorkspace(waiting);
    const runner = await startRun(workspace);
    runner.kill('SIGKILL');
    await once(runner, 'exit');
    await collectGarbage({ workspace: workspace.root, olderThanMs: 0 });
    await expect(cleanPipeline({ pipeline: 'waiting', workspace: workspace.root })).rejects.toThrow(
      'Stage "train" of pipeline waiting still goes on, without a run that waits for it. Run the pipeline to join it, or end it with Ctrl-C there, and try again.',
    );
    const joined = workspace.run();
    allow(workspace);
    expect(named(await joined, 'ran')).toContain('train');
    expect([startsOf(workspace), modelOf(workspace)]).toEqual(['begun\n', 'of the first\n']);
  });

  it('a requeued job goes on from what it has saved', async () => {
    const workspace = createTestWorkspace(waiting);
    const runner = await startRun(workspace);
    execFileSync('scontrol', ['requeue', runningJob()]);
    while (startsOf(workspace) !== 'begun\nbegun\n') await delay(20);
    allow(workspace);
    expect(await once(runner, 'exit')).toEqual([0, null]);
    expect(modelOf(workspace)).toBe('of the first\nsaved\n');
  });

  it('a job that somebody cancels fails its stage with a word, and the next run goes on', async () => {
    const workspace = createTestWorkspace(waiting);
    const place = placeOf(workspace);
    const run = workspace.run();
    await untilThere(join(place, 'begun'));
    const job = runningJob();
    execFileSync('scancel', [job]);
    const failed = (await run).stages.find(({ name }) => name === 'train')!;
    expect([failed.outcome, failed.error]).toEqual([
      'failed',
      `Slurm’s job ${job} was cancelled (scancel). Run again to go on.`,
    ]);
    allow(workspace);
    expect(named(await workspace.run(), 'ran')).toEqual(['train']);
    expect(modelOf(workspace)).toBe('of the first\nsaved\n');
  });

  it('the job of an sbatch that was killed before it said a number is found by its name, and runs once', async () => {
    const workspace = createTestWorkspace(waiting);
    const numbers = join(placeOf(workspace), 'numbers');
    allow(workspace);
    const script = `[ "$1" = --version ] || exec > '${numbers}'\nsbatch "$@" && kill -9 $$`;
    replaceProgram(workspace, 'sbatch', script);
    const { stages } = await workspace.run();
    expect(stages.map(({ name, error }) => [name, error])).toEqual([
      ['first', undefined],
      ['train', undefined],
    ]);
    expect(readFileSync(numbers, 'utf8')).toMatch(/^\d+\n$/);
    expect(startsOf(workspace)).toBe('begun\n');
  });

  it('Slurm’s own words are the error of a job that it does not take', async () => {
    const workspace = createTestWorkspace(waiting);
    const { stages } = await workspace.run({ overrides: ['partition=no;such'] });
    expect(stages.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped']);
    expect(stages[0]!.error).toContain(
      'Slurm did not take the stage’s job: invalid partition specified: no;such',
    );
  });
});
