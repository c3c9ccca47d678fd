import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { keepAnswer, recallAnswer, recordLooks } from '@limber/files';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { TestWorkspace } from '../execution/test-workspace.suite.ts';
import { createTestWorkspace, errorOf } from '../execution/test-workspace.suite.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import type { StageDefinition } from '../stage-definition.ts';
import { artifactPath, readArtifact } from '../store/artifact.ts';
import { objectPath } from '../store/objects.ts';
import { passingFolders, stateFolder } from '../store/state-folder.ts';
import type { Edit, Spoiling } from './edits.suite.ts';
import { createRandom, drawEdit } from './edits.suite.ts';
import type { Oracle } from './oracle.suite.ts';
import { createOracle } from './oracle.suite.ts';
import type { Situation } from './workshop.suite.ts';
import { beginning, workshopPipeline, workshopStages } from './workshop.suite.ts';

/** LIMBER_ORACLE_EDITS=500 is the long form; a clean run is compared after every tenth edit. */
const editCount = Number(process.env['LIMBER_ORACLE_EDITS'] ?? 30);
const cleanEvery = 10;
/** After each second edit, what a run with nothing to do looks at is kept, to be compared ever after. */
const keepEvery = 2;
vi.setConfig({ testTimeout: 30_000 + editCount * 30_000 });

it(`after each of ${editCount} random edits, what ran is what an independent account says`, async () => {
  const random = createRandom(20);
  const workspace = createWorkshop(beginning);
  const oracle = createOracle();
  let now = beginning;
  const earlier = [now];
  let result = await expectRun(workspace, now, { oracle, name: 'at first' });
  for (let number = 1; number <= editCount; number++) {
    const stages = [...oracle.texts().keys()];
    const edit = drawEdit(random, now, { earlier, stages });
    const name = `edit ${number}: ${nameOf(edit)}`;
    apply(edit, { workspace, oracle, result });
    if ('to' in edit) earlier.push((now = edit.to));
    if (edit.type === 'spoil') await expectFailure(workspace, now, { oracle, name, edit });
    result = await expectRun(workspace, now, { oracle, name });
    if (number % cleanEvery === 0) await expectCleanEqual(workspace, now, { oracle, name });
    if (number % keepEvery === 0) await keepLooks(workspace, now, name);
    if (number % 50 === 0) process.stdout.write(`${number} edits\n`);
  }
});

function nameOf(edit: Edit): string {
  if (edit.type === 'situation') return edit.name;
  if (edit.type === 'spoil') return `what ${edit.stage} is given is ${edit.how}`;
  return JSON.stringify(edit);
}

function createWorkshop(now: Situation): TestWorkspace {
  const workspace = createTestWorkspace(workshopPipeline);
  rmSync(join(workspace.root, 'data'), { recursive: true });
  for (const [path, text] of Object.entries(workshopStages)) workspace.write(path, text);
  writeSituation(workspace, now);
  return workspace;
}

function writeSituation(workspace: TestWorkspace, now: Situation): void {
  const { files, executables, code, ending, style, script } = now;
  const data = join(workspace.root, 'data');
  rmSync(data, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) workspace.write(`data/${path}`, text);
  workspace.write('stages/label.mjs', code);
  workspace.write('stages/ending.cjs', ending);
  workspace.write('stages/styles/plain.mjs', style);
  workspace.write('scripts/finish.sh', script);
  chmodSync(join(workspace.root, 'scripts/finish.sh'), modeOf(executables.includes('finish.sh')));
  for (const path of Object.keys(files)) {
    chmodSync(join(data, path), modeOf(executables.includes(path)));
  }
}

const modeOf = (isExecutable: boolean): number => (isExecutable ? 0o755 : 0o644);

function definitions(root: string): StageDefinition[] {
  const module = (name: string): string => pathToFileURL(join(root, 'stages', name)).href;
  return [
    { name: 'weave', module: module('weave.mjs'), params: z.strictObject({ word: z.string() }) },
    {
      name: 'train',
      module: module('train.mjs'),
      params: z.strictObject({ epochs: z.int(), lr: z.number() }),
      resumable: true,
      extending: ['epochs'],
    },
    {
      name: 'grow',
      module: module('grow.mjs'),
      params: z.strictObject({ rounds: z.int(), lr: z.number() }),
      resumable: true,
      extending: ['rounds'],
    },
  ];
}

const traceFile = ({ root }: TestWorkspace): string => join(root, 'trace');

async function run(
  workspace: TestWorkspace,
  now: Situation,
): Promise<{ readonly result: PipelineResult; readonly trace: string[] }> {
  const trace = traceFile(workspace);
  writeFileSync(trace, '');
  process.env['ORACLE_TRACE'] = trace;
  process.env['ORACLE_WORD'] = now.word;
  const overrides = Object.entries(now.params).map(([name, value]) => `${name}=${value}`);
  const stages = definitions(workspace.root);
  const result = await workspace.run({ stages, overrides, keepGoing: true });
  return { result, trace: readFileSync(trace, 'utf8').split('\n').filter(Boolean).sort() };
}

async function expectRun(
  workspace: TestWorkspace,
  now: Situation,
  { oracle, name }: { readonly oracle: Oracle; readonly name: string },
): Promise<PipelineResult> {
  const isAnswered = (await recallAnswer(answerFile(workspace, now))) !== undefined;
  const { result, trace } = await run(workspace, now);
  expect(trace, name).toEqual(oracle.run(now).ran);
  expect(result.outcome, name).toBe('done');
  if (isAnswered)
    expect(result, name).toMatchObject({ stages: result.stages.map(() => unchanged) });
  expect(readOutputs(workspace, result), name).toEqual(oracle.texts());
  return result;
}

const unchanged = { outcome: 'cached', because: [] };

/** Records a run that has nothing to do. */
async function keepLooks(workspace: TestWorkspace, now: Situation, name: string): Promise<void> {
  // What was just written may change again within one tick of the file system's clock.
  await setTimeout(150);
  const ignored = [...passingFolders(workspace.root), traceFile(workspace)];
  const recording = recordLooks({
    kindOf: (path) => (ignored.some((each) => path.startsWith(each)) ? 'ignored' : kernels(path)),
  });
  const { trace } = await run(workspace, now);
  const recorded = recording.end();
  expect(trace, name).toEqual([]);
  expect(recorded, name).toBeDefined();
  const file = answerFile(workspace, now);
  keepAnswer(file, 'unchanged', { recorded: recorded!, until: Date.now() + 3_600_000 });
  expect(await recallAnswer(file), name).toBe('unchanged');
}

const kernels = (path: string): 'ignored' | undefined =>
  /^\/(proc|sys)\//.test(path) ? 'ignored' : undefined;

/** Where the looks of a situation are kept; params and environment are no files. */
function answerFile(workspace: TestWorkspace, { params, word }: Situation): string {
  const name = JSON.stringify([params, word]).replaceAll(/\W+/g, '-');
  return join(workspace.root, '.limber', 'cache', name);
}

/** A run in which a stage spoils what it was given. Nothing of that stays, whether it ran or not. */
async function expectFailure(
  workspace: TestWorkspace,
  now: Situation,
  {
    oracle,
    name,
    edit: { stage, how },
  }: {
    readonly oracle: Oracle;
    readonly name: string;
    readonly edit: Spoiling;
  },
): Promise<void> {
  process.env['ORACLE_SPOIL'] = `${stage} ${how}`;
  const { result, trace } = await run(workspace, now);
  delete process.env['ORACLE_SPOIL'];
  const { ran, given } = oracle.run(now, stage);
  expect(trace, name).toEqual(ran);
  expect(result.outcome, name).toBe(given === undefined ? 'done' : 'failed');
  if (given === undefined) return;
  expect(errorOf(result, stage), name).toContain(`was ${how}`);
  if (how === 'changed' && areViewsLinks(workspace)) oracle.lose(given);
}

/** What a person finds in the run's folder. */
function readOutputs(workspace: TestWorkspace, { stages }: PipelineResult): Map<string, string> {
  return new Map(stages.map(({ name }) => [name, workspace.read(outputLink(name))]));
}

function outputLink(stage: string): string {
  return `runs/workshop/latest/${stage}/${stage === 'bottom' ? 'deep/text' : 'text'}`;
}

async function expectCleanEqual(
  workspace: TestWorkspace,
  now: Situation,
  { oracle, name }: { readonly oracle: Oracle; readonly name: string },
): Promise<void> {
  const clean = createWorkshop(now);
  // What was extended is extended in the same steps.
  const [epochs, rounds] = [oracle.historyOf('train'), oracle.historyOf('grow')];
  let result: PipelineResult | undefined;
  for (let step = 0; step < Math.max(epochs.length, rounds.length); step++) {
    const params = {
      ...now.params,
      epochs: (epochs[step] ?? epochs.at(-1))!,
      rounds: (rounds[step] ?? rounds.at(-1))!,
    };
    ({ result } = await run(clean, { ...now, params }));
  }
  const used = stateFolder(workspace.root);
  for (const { name: stage, fingerprint } of result!.stages) {
    const [theirs, ours] = [stateFolder(clean.root), used].map(
      (state) => readArtifact(state, fingerprint!)?.outputs,
    );
    expect(ours, `${name}, ${stage}`).toEqual(theirs);
    expect(workspace.read(outputLink(stage)), `${name}, ${stage}`).toBe(
      clean.read(outputLink(stage)),
    );
  }
}

function apply(
  edit: Edit,
  world: {
    readonly workspace: TestWorkspace;
    readonly oracle: Oracle;
    readonly result: PipelineResult;
  },
): void {
  const { workspace, oracle, result } = world;
  const state = stateFolder(workspace.root);
  const fingerprintOf = (stage: string): string =>
    result.stages.find(({ name }) => name === stage)!.fingerprint!;
  switch (edit.type) {
    case 'situation':
    case 'spoil':
      return writeSituation(workspace, edit.to);
    case 'touch':
      return utimesSync(join(workspace.root, 'data', edit.path), 1, 1);
    case 'output': {
      const path = realpathSync(join(workspace.root, outputLink(edit.stage)));
      if (edit.how === 'deleted') return rmSync(path);
      if (areViewsLinks(workspace)) oracle.lose(oracle.texts().get(edit.stage)!);
      return damage(path);
    }
    case 'object': {
      const { digest } = readArtifact(state, fingerprintOf(edit.stage))!.outputs['text']!;
      const path = objectPath(state, digest);
      oracle.lose(oracle.texts().get(edit.stage)!);
      return edit.how === 'deleted' ? rmSync(path) : damage(path);
    }
    case 'artifact': {
      const path = artifactPath(state, fingerprintOf(edit.stage));
      oracle.forget(edit.stage);
      return edit.how === 'deleted' ? rmSync(path) : writeFileSync(path, '{');
    }
  }
}

/** Whether the file system has no copies that share their bytes: who damages a view then damages the object. */
function areViewsLinks(workspace: TestWorkspace): boolean {
  return statSync(join(workspace.root, outputLink('a'))).nlink > 1;
}

function damage(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  chmodSync(path, 0o644);
  writeFileSync(path, 'damaged');
}
