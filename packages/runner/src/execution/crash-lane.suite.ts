import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { collectGarbage } from '../commands/collect-garbage.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import { stateFolder } from '../store/state-folder.ts';
import type { ActorKind, Phase } from './crash-phases.suite.ts';
import { phaseOf, phasesOf } from './crash-phases.suite.ts';
import { unshareCommand, unshareMountedCommand } from './elsewhere.suite.ts';
import type { TestWorkspace } from './test-workspace.suite.ts';
import { createTestWorkspace, named } from './test-workspace.suite.ts';

/** Many small files, one training that goes on where it was left, and a stage that reads both. */
const pipeline = `name: crash
params: { word: w0 }
stages:
  many:
    uses: many
    with: { word: '\${{ params.word }}' }
    inputs: { source: data/source.txt }
    outputs: [files]
  train:
    uses: steps
    with: { word: '\${{ params.word }}' }
    outputs: [model]
  all:
    uses: summary
    inputs: { files: '\${{ stages.many.files }}', model: '\${{ stages.train.model }}' }
    outputs: [text]
`;

const stageFiles: Readonly<Record<string, string>> = {
  'stages/many.mjs': `
    import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
    export default { async run({ params, inputs, outputs }) {
      const source = readFileSync(inputs.source, 'utf8');
      for (let number = 0; number < 200; number++) {
        const folder = outputs.files + '/' + (number % 7);
        mkdirSync(folder, { recursive: true });
        writeFileSync(folder + '/' + number, params.word + source + number);
      }
    } };`,
  'stages/steps.mjs': `
    import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
    import { setTimeout as delay } from 'node:timers/promises';
    export default { async run({ params, outputs, workDir }) {
      const file = workDir + '/steps';
      const token = String(Math.random());
      writeFileSync(workDir + '/token', token);
      let steps = existsSync(file) ? readFileSync(file, 'utf8') : '';
      while (steps.length < 20) {
        if (readFileSync(workDir + '/token', 'utf8') !== token) throw new Error('two at once');
        steps += steps.length % 10;
        writeFileSync(file + '.new', steps);
        renameSync(file + '.new', file);
        await delay(15);
      }
      writeFileSync(outputs.model, params.word + steps);
    } };`,
  'stages/summary.mjs': `
    import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
    export default { async run({ inputs, outputs }) {
      const names = readdirSync(inputs.files, { recursive: true, withFileTypes: true });
      const texts = names.filter((entry) => entry.isFile())
        .map((entry) => readFileSync(entry.parentPath + '/' + entry.name, 'utf8'));
      writeFileSync(outputs.text, texts.sort().join() + readFileSync(inputs.model, 'utf8'));
    } };`,
};

/** What a process of a lane does, in the words of the runner's own functions. */
const actions: Readonly<Record<ActorKind, string>> = {
  run: `runPipeline({ ...options, onEvent() {} })`,
  gc: `collectGarbage({ workspace, maxBytes: 2_000 })`,
  clean: `cleanPipeline({ pipeline: 'crash', workspace })`,
  push: `sharePipeline('push', { ...options, remote: workspace + '/remote' })`,
  pull: `sharePipeline('pull', { ...options, remote: workspace + '/remote' })`,
};

/** What one round is made of. */
export interface RoundPlan {
  readonly name: string;
  readonly word: string;
  readonly source: string;
  /** Runs beside a pipeline. */
  readonly other: ActorKind;
  readonly victim: 'run' | 'other' | 'both';
  /** Where the victims are killed, if they come there. */
  readonly goal: number;
  /** The host names of both; undefined for a process of this PID namespace. */
  readonly hosts: readonly [string | undefined, string | undefined];
}

/** Rounds of kills on one workspace. */
export interface CrashLane {
  /** @returns where the victims were when they were killed. */
  readonly round: (plan: RoundPlan) => Promise<readonly (readonly [ActorKind, Phase])[]>;
  /** Looks whether anything is left in anybody's way. */
  readonly finish: () => Promise<void>;
}

/** How long a process may take to come to where it is to be killed. */
const patienceMs = 20_000;

/**
 * Opens a workspace with the pipeline above.
 *
 * @param options.isMounted - each process of another host sees the workspace through a mount of its own.
 */
export function createLane({ isMounted = false } = {}): CrashLane {
  const workspace = createCrashWorkspace();
  const { root } = workspace;
  const state = stateFolder(root);
  return {
    async round(plan) {
      workspace.write('data/source.txt', plan.source);
      if (plan.other === 'pull') rmSync(state.artifacts, { recursive: true, force: true });
      flipBytes(state.objects);
      const kinds = ['run', plan.other] as const;
      const actors = kinds.map((kind, index) =>
        startActor(kind, { root, word: plan.word, host: plan.hosts[index], isMounted }),
      );
      const hits = await Promise.all(
        actors.map(async (actor, index) => {
          const isVictim = plan.victim === 'both' || (plan.victim === 'run') === (index === 0);
          return isVictim ? [await killAt(actor, plan.goal)] : [];
        }),
      );
      for (const { ended, kind, isKilled } of actors) {
        const printed = await ended;
        if (isKilled() || kind !== 'run') continue;
        const result = JSON.parse(printed) as PipelineResult;
        expect(result.outcome, `${plan.name}: ${printed}`).toBe('done');
      }
      const overrides = [`word=${plan.word}`];
      const { stages } = crashStages(root);
      const result = await workspace.run({ stages, overrides });
      expect(result.outcome, `${plan.name}: ${JSON.stringify(result.stages)}`).toBe('done');
      const expected = await cleanOutputs(plan);
      expect(readOutputs(result), plan.name).toEqual(expected);
      return hits.flat();
    },
    async finish() {
      await collectGarbage({ workspace: root });
      expect(readdirSync(state.staging)).toEqual([]);
      const { stages } = crashStages(root);
      await workspace.run({ stages });
      expect(named(await workspace.run({ stages }), 'ran')).toEqual([]);
    },
  };
}

interface Actor {
  readonly kind: ActorKind;
  readonly where: { readonly root: string; readonly host: string | undefined };
  readonly process: ChildProcess;
  readonly isKilled: () => boolean;
  /** What it has printed when it has ended. */
  readonly ended: Promise<string>;
  readonly kill: () => void;
}

function startActor(
  kind: ActorKind,
  {
    root,
    word,
    host,
    isMounted,
  }: {
    readonly root: string;
    readonly word: string;
    readonly host: string | undefined;
    readonly isMounted: boolean;
  },
): Actor {
  const node = [process.execPath, join(root, 'actor.mjs'), kind, `word=${word}`];
  const elsewhere = isMounted
    ? (name: string) => unshareMountedCommand(name, root, node)
    : (name: string) => unshareCommand(name, node);
  const [command, ...args] = host === undefined ? node : elsewhere(host);
  const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  }
  const ended = once(child, 'close').then(() => printed);
  let isKilled = false;
  const kill = (): void => {
    isKilled = child.exitCode === null;
    child.kill('SIGKILL');
  };
  return { kind, where: { root, host }, process: child, isKilled: () => isKilled, ended, kill };
}

/** Waits until the process comes to one of its phases, and kills it there; or later, or too late. */
async function killAt(actor: Actor, goal: number): Promise<readonly [ActorKind, Phase]> {
  const { kind, process, where } = actor;
  const wanted = phasesOf[kind][goal % phasesOf[kind].length]!;
  const started = performance.now();
  const look = (): Phase =>
    process.exitCode === null ? phaseOf(kind, { ...where, pid: process.pid! }) : 'ended before';
  let phase = look();
  while (phase !== wanted && phase !== 'ended before' && performance.now() - started < patienceMs) {
    await delay(2);
    phase = look();
  }
  actor.kill();
  await actor.ended;
  return [kind, phase];
}

function createCrashWorkspace(): TestWorkspace {
  const workspace = createTestWorkspace(pipeline);
  for (const [path, text] of Object.entries(stageFiles)) workspace.write(path, text);
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  const choices = Object.entries(actions).map(([kind, code]) => `${kind}: () => ${code}`);
  workspace.write(
    'actor.mjs',
    `import { cleanPipeline, collectGarbage, runPipeline, sharePipeline } from ${JSON.stringify(dist)};
    const workspace = ${JSON.stringify(workspace.root)};
    const [kind, override] = process.argv.slice(2);
    const options = { file: 'pipeline.yaml', workspace, overrides: [override], jobs: 4, ...${JSON.stringify(crashStages(workspace.root))} };
    const actions = { ${choices.join(', ')} };
    process.stdout.write(JSON.stringify(await actions[kind]()));`,
  );
  return workspace;
}

function crashStages(root: string): {
  readonly stages: readonly { name: string; module: string; resumable?: boolean }[];
} {
  const module = (name: string): string => pathToFileURL(join(root, 'stages', name)).href;
  return {
    stages: [
      { name: 'many', module: module('many.mjs') },
      { name: 'steps', module: module('steps.mjs'), resumable: true },
      { name: 'summary', module: module('summary.mjs') },
    ],
  };
}

type Outputs = Readonly<Record<string, string>>;

const known = new Map<string, Promise<Outputs>>();

/** What a workspace gives in which nothing was ever killed. */
function cleanOutputs({ word, source }: RoundPlan): Promise<Outputs> {
  const key = `${word} ${source}`;
  const run = async (): Promise<Outputs> => {
    const workspace = createCrashWorkspace();
    workspace.write('data/source.txt', source);
    const overrides = [`word=${word}`];
    return readOutputs(await workspace.run({ ...crashStages(workspace.root), overrides }));
  };
  if (!known.has(key)) known.set(key, run());
  return known.get(key)!;
}

function readOutputs({ stages }: PipelineResult): Outputs {
  const files = stages.flatMap(({ name, outputs }) =>
    Object.entries(outputs).flatMap(([output, path]) => readFiles(path, `${name}/${output}`)),
  );
  return Object.fromEntries(files);
}

function readFiles(path: string, name: string): [string, string][] {
  if (statSync(path).isFile()) return [[name, readFileSync(path, 'latin1')]];
  return readdirSync(path).flatMap((entry) => readFiles(join(path, entry), `${name}/${entry}`));
}

/** Changes one byte of the first objects, as a failing disk does. */
function flipBytes(objects: string): void {
  if (!existsSync(objects)) return;
  const files = readdirSync(objects, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.slice(0, 3)) {
    const { atime, mtime } = statSync(file);
    const bytes = readFileSync(file);
    if (bytes.length === 0) continue;
    bytes[0]! ^= 1;
    rmSync(file);
    writeFileSync(file, bytes, { mode: 0o444 });
    utimesSync(file, atime, mtime);
  }
}
