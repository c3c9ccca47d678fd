import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { createRandom } from '../oracle/edits.suite.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import type { CrashLane, RoundPlan } from './crash-lane.suite.ts';
import { createLane } from './crash-lane.suite.ts';
import { whyNoMounts, whyNothingElsewhere } from './elsewhere.suite.ts';
import type { TestWorkspace } from './test-workspace.suite.ts';
import { createTestWorkspace, named } from './test-workspace.suite.ts';

/** LIMBER_KILLS=200 is the long form. */
const kills = Number(process.env['LIMBER_KILLS'] ?? 8);
/** LIMBER_CRASH_ROUNDS=300 is the long form. */
const rounds = Number(process.env['LIMBER_CRASH_ROUNDS'] ?? 9);
/** LIMBER_MOUNTED_ROUNDS=100 is the long form. */
const mountedRounds = Number(process.env['LIMBER_MOUNTED_ROUNDS'] ?? 2);
const mostRounds = Math.max(rounds, mountedRounds);
vi.setConfig({ testTimeout: 120_000 + Math.max(kills * 15_000, mostRounds * 60_000) });

/** Most of a round is waiting for the lease of a process that was killed elsewhere. */
const lanes = 8;
const tableEvery = 50;
const canBeElsewhere = whyNothingElsewhere() === undefined;

/** Five stages side by side, one of them resumable, and one that reads them all. */
const parallelPipeline = `name: parallel
stages:
  side:
    matrix: { word: [p, q, r] }
    uses: slow
    with: { word: '\${{ matrix.word }}' }
    outputs: { text: deep/text }
  shell:
    run: |
      for i in 1 2 3 4 5 6; do echo $i >> "$LIMBER_OUTPUT_TEXT"; sleep 0.02; done
    outputs: [text]
  train:
    uses: steps
    outputs: [model]
  all:
    uses: slow
    with: { word: all }
    inputs:
      sides: '\${{ stages.side.text }}'
      shell: '\${{ stages.shell.text }}'
      model: '\${{ stages.train.model }}'
    outputs: [text]
`;

const stageFiles: Readonly<Record<string, string>> = {
  'stages/slow.mjs': `
    import { appendFileSync, readFileSync, readdirSync, statSync } from 'node:fs';
    import { setTimeout as delay } from 'node:timers/promises';
    const read = (path) => statSync(path).isFile()
      ? readFileSync(path, 'utf8')
      : readdirSync(path).sort().map((name) => read(path + '/' + name)).join('+');
    export default { async run({ params, inputs, outputs }) {
      const texts = Object.keys(inputs).sort().map((name) => read(inputs[name]));
      for (const piece of [params.word, '(', ...texts.join(',').split(','), ')']) {
        appendFileSync(outputs.text, piece);
        await delay(10);
      }
    } };`,
  'stages/steps.mjs': `
    import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
    import { setTimeout as delay } from 'node:timers/promises';
    export default { async run({ outputs, workDir }) {
      const file = workDir + '/steps';
      const lock = workDir + '/busy';
      const other = existsSync(lock) && '/proc/' + readFileSync(lock, 'utf8') + '/stat';
      if (other && existsSync(other) && !readFileSync(other, 'utf8').includes(') Z ')) {
        throw new Error('two at once');
      }
      writeFileSync(lock, String(process.pid));
      let steps = existsSync(file) ? readFileSync(file, 'utf8') : '';
      while (steps.length < 20) {
        steps += steps.length % 10;
        writeFileSync(file + '.new', steps);
        renameSync(file + '.new', file);
        await delay(5);
      }
      writeFileSync(outputs.model, steps);
    } };`,
};

const expectedTexts: Readonly<Record<string, string>> = {
  'side@p': 'p()',
  'side@q': 'q()',
  'side@r': 'r()',
  shell: '1\n2\n3\n4\n5\n6\n',
  train: '01234567890123456789',
  all: 'all(012345678901234567891\n2\n3\n4\n5\n6\np()+q()+r())',
};

it.runIf(process.platform === 'linux')(
  `killed at ${kills} random moments, the next run ends right and finds nothing in its way`,
  async () => {
    const random = createRandom(7);
    const wholeMs = await timeWholeRun();
    let killedInStage = 0;
    for (let kill = 1; kill <= kills; kill++) {
      const workspace = createCrashWorkspace();
      const runner = startRunner(workspace);
      const ended = once(runner, 'exit');
      await Promise.race([delay(random() * wholeMs), ended]);
      if (findProcesses(workspace.root).length > 0) killedInStage++;
      runner.kill('SIGKILL');
      await ended;
      expectNoHalfOutput(workspace, `kill ${kill}`);
      const result = await workspace.run({ stages: crashStages(workspace.root) });
      expect(result.outcome, `kill ${kill}: ${JSON.stringify(result.stages)}`).toBe('done');
      expect(readTexts(workspace, result), `kill ${kill}`).toEqual(expectedTexts);
      expect(readdirSync(join(workspace.root, '.limber/staging')), `kill ${kill}`).toEqual([]);
      expect(await findLeftOver(workspace.root), `kill ${kill}`).toEqual([]);
    }
    expect(killedInStage).toBeGreaterThan(0);
  },
);

it('of two processes that run the same pipeline at once, each stage is run by one', async () => {
  const workspace = createCrashWorkspace();
  const runners = [startRunner(workspace), startRunner(workspace)];
  const printed = await Promise.all(runners.map(readResult));
  expect(printed.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
  const ran = printed.flatMap((result) => named(result, 'ran'));
  expect(ran.sort()).toEqual(Object.keys(expectedTexts).sort());
  for (const result of printed) expect(readTexts(workspace, result)).toEqual(expectedTexts);
});

it.runIf(process.platform === 'linux')(
  `${rounds} rounds of kills, of everything that works in a store, lose nothing and leave nothing stale`,
  async () => {
    const host = (name: string): string | undefined => (canBeElsewhere ? name : undefined);
    const plans = planRounds(rounds, {
      seed: 11,
      others: ['run', 'gc', 'clean', 'push', 'pull'],
      hosts: [
        [undefined, host('box-a')],
        [host('box-b'), host('box-b'), undefined],
      ],
    });
    const hit = await playRounds(plans, createLane);
    expect(hit.length).toBeGreaterThan(3);
  },
);

it.runIf(mountedRounds > 0 && canBeElsewhere && whyNoMounts() === undefined)(
  `${mountedRounds} rounds of kills of two hosts, each with a mount of its own whose client caches for 3 s, lose nothing`,
  async () => {
    const plans = planRounds(mountedRounds, {
      seed: 12,
      others: ['run', 'run', 'gc', 'clean', 'push', 'pull'],
      hosts: [['box-a'], ['box-b']],
    });
    await playRounds(plans, () => createLane({ isMounted: true }));
  },
);

/** Rounds by chance. @param choices.hosts - what each of both processes may be started on. */
function planRounds(
  count: number,
  choices: {
    readonly seed: number;
    readonly others: readonly RoundPlan['other'][];
    readonly hosts: readonly [readonly (string | undefined)[], readonly (string | undefined)[]];
  },
): RoundPlan[] {
  const random = createRandom(choices.seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  return Array.from({ length: count }, (_, number) => ({
    name: `round ${number + 1}`,
    word: pick(['w0', 'w1', 'w2']),
    source: pick(['s0', 's1']),
    other: pick(choices.others),
    victim: pick(['run', 'other', 'both'] as const),
    goal: number,
    hosts: [pick(choices.hosts[0]), pick(choices.hosts[1])] as const,
  }));
}

/** @returns where processes were killed, each kind of place once. */
async function playRounds(plans: RoundPlan[], openLane: () => CrashLane): Promise<string[]> {
  const total = plans.length;
  const hits = new Map<string, number>();
  let done = 0;
  const work = async (): Promise<void> => {
    const lane = openLane();
    for (let plan = plans.shift(); plan !== undefined; plan = plans.shift()) {
      for (const [kind, phase] of await lane.round(plan)) {
        const key = `${kind.padEnd(6)}${phase}`;
        hits.set(key, (hits.get(key) ?? 0) + 1);
      }
      done++;
      if (done % tableEvery === 0 || done === total) printTable(done, hits);
    }
    await lane.finish();
  };
  await Promise.all(Array.from({ length: Math.min(lanes, total) }, work));
  return [...hits.keys()].filter((key) => !key.includes('ended before'));
}

function printTable(done: number, hits: ReadonlyMap<string, number>): void {
  const sorted = [...hits].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = sorted.map(([key, count]) => `${String(count).padStart(5)}  ${key}`);
  console.info(`Kills in ${done} rounds, by where they hit:\n${lines.join('\n')}`);
}

function createCrashWorkspace(): TestWorkspace {
  const workspace = createTestWorkspace(parallelPipeline);
  for (const [path, text] of Object.entries(stageFiles)) workspace.write(path, text);
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  const stages = JSON.stringify(crashStages(workspace.root));
  workspace.write(
    'runner.mjs',
    `import { runPipeline } from ${JSON.stringify(dist)};
    const workspace = ${JSON.stringify(workspace.root)};
    const result = await runPipeline({ file: 'pipeline.yaml', stages: ${stages}, workspace, jobs: 5, onEvent() {} });
    process.stdout.write(JSON.stringify(result));`,
  );
  return workspace;
}

function crashStages(root: string): { name: string; module: string; resumable?: boolean }[] {
  const module = (name: string): string => pathToFileURL(join(root, 'stages', name)).href;
  return [
    { name: 'slow', module: module('slow.mjs') },
    { name: 'steps', module: module('steps.mjs'), resumable: true },
  ];
}

/** How long a run takes that nobody kills, so that the kills hit all of it on a slow machine too. */
async function timeWholeRun(): Promise<number> {
  const started = performance.now();
  await once(startRunner(createCrashWorkspace()), 'exit');
  return performance.now() - started;
}

function startRunner({ root }: TestWorkspace): ChildProcess {
  return spawn(process.execPath, [join(root, 'runner.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function readResult(runner: ChildProcess): Promise<PipelineResult> {
  let printed = '';
  runner.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await once(runner, 'close');
  return JSON.parse(printed) as PipelineResult;
}

function readTexts(workspace: TestWorkspace, { stages }: PipelineResult): Record<string, string> {
  return Object.fromEntries(
    stages.map(({ name, outputs }) => [name, readFileSync(Object.values(outputs)[0]!, 'utf8')]),
  );
}

/** Whatever is visible under the name of an output is whole. */
function expectNoHalfOutput({ root }: TestWorkspace, name: string): void {
  const runs = join(root, 'runs/parallel');
  for (const run of existsSync(runs) ? readdirSync(runs) : []) {
    for (const [stage, text] of Object.entries(expectedTexts)) {
      const [path] = ['deep/text', 'text', 'model']
        .map((output) => join(runs, run, stage, output))
        .filter(existsSync);
      if (path !== undefined) expect(readFileSync(path, 'utf8'), name).toBe(text);
    }
  }
  const views = join(root, '.limber/store/views');
  const files = existsSync(views)
    ? readdirSync(views, { recursive: true, withFileTypes: true })
    : [];
  for (const file of files.filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))) {
    expect(Object.values(expectedTexts), name).toContain(
      readFileSync(join(file.parentPath, file.name), 'utf8'),
    );
  }
}

/** Processes that work in the folder; one that has lost its runner is given time to notice. */
async function findLeftOver(root: string): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const found = findProcesses(root);
    if (found.length === 0 || tries === 300) return found;
    await delay(50);
  }
}

function findProcesses(root: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => worksIn(pid, root));
}

function worksIn(pid: string, root: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(root);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return false;
    throw error;
  }
}
