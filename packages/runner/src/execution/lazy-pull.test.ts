import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { collectGarbage } from '../commands/collect-garbage.ts';
import { sharePipeline } from '../commands/share-pipeline.ts';
import { createFolder } from '../remote/remote-store.suite.ts';
import { artifactPath } from '../store/artifact.ts';
import { objectPath } from '../store/objects.ts';
import { stateFolder } from '../store/state-folder.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import type { TestWorkspace } from './test-workspace.suite.ts';
import { because, createTestWorkspace, named } from './test-workspace.suite.ts';

const chain = `name: chain
params: { word: w }
stages:
  top: { uses: join, inputs: { source: data/source.txt }, outputs: [text] }
  side: { uses: join, inputs: { top: '\${{ stages.top.text }}' }, outputs: [text] }
  last: { uses: join, inputs: { s: '\${{ stages.side.text }}', t: '\${{ stages.top.text }}' }, with: { word: '\${{ params.word }}' }, outputs: [text] }
`;
const lastText = 'runs/chain/latest/last/text';

/** A workspace, and a colleague's who has run the pipeline, with the remote store between them. */
async function createPair(pipeline: string): Promise<{
  readonly remote: string;
  readonly result: PipelineResult;
  readonly ours: TestWorkspace;
}> {
  const theirs = createTestWorkspace(pipeline);
  const remote = join(theirs.root, 'remote');
  const result = await theirs.run({ remote });
  expect(result.outcome).toBe('done');
  return { remote, result, ours: createTestWorkspace(pipeline) };
}

/** The stages whose outputs are in the workspace's store, files and all. */
function presentIn({ root }: TestWorkspace, { stages }: PipelineResult): string[] {
  const state = stateFolder(root);
  const isThere = ({ fingerprint, contents }: PipelineResult['stages'][number]): boolean =>
    existsSync(artifactPath(state, fingerprint!)) &&
    Object.values(contents!).every(({ digest }) => existsSync(objectPath(state, digest)));
  return stages.filter(isThere).map(({ name }) => name);
}

it('what a colleague ran is not fetched where nothing that runs reads it, but by pull', async () => {
  const { remote, ours, result: theirs } = await createPair(chain);
  const result = await ours.run({ remote });
  expect(result.outcome).toBe('done');
  expect(result.metrics).toEqual(theirs.metrics);
  const [at, fetched] = [`at ${remote}`, `fetched from ${remote}`];
  expect(result.stages.map((stage) => stage.because)).toEqual([[at], [at], [fetched]]);
  expect(result.stages.map(({ outputs }) => Object.keys(outputs))).toEqual([[], [], ['text']]);
  expect(result.stages.map(({ contents }) => contents)).toEqual(
    theirs.stages.map(({ contents }) => contents),
  );
  expect(presentIn(ours, result)).toEqual(['last']);
  const latest = join(ours.root, 'runs/chain/latest');
  expect(readdirSync(latest).sort()).toEqual(['last', 'logs', 'plots.json', 'run.json']);
  expect(ours.read(lastText)).toBe('w(((s)),(s))');
  expect((await ours.run({ remote })).runDir).toBe(result.runDir);
  const { root: workspace, stages } = ours;
  const pulled = await sharePipeline('pull', { file: 'pipeline.yaml', stages, workspace, remote });
  expect(pulled.stages).toEqual(['top', 'side', 'last']);
  expect(presentIn(ours, theirs)).toEqual(['top', 'side', 'last']);
  const whole = await ours.run({ remote });
  expect(whole.stages.map((stage) => stage.because)).toEqual([[], [], []]);
  expect(ours.read('runs/chain/latest/top/text')).toBe('(s)');
});

it('what a stage that runs reads is fetched first', async () => {
  const { remote, ours } = await createPair(chain);
  const result = await ours.run({ remote, overrides: ['word=v'] });
  expect(named(result, 'ran')).toEqual(['last']);
  expect(because(result, 'top')).toEqual([`fetched from ${remote}`]);
  expect(because(result, 'side')).toEqual([`fetched from ${remote}`]);
  expect(ours.read(lastText)).toBe('v(((s)),(s))');
});

it('what is wrong when it turns out to be needed is made anew, with one line about it', async () => {
  const { remote, ours, result: theirs } = await createPair(chain);
  const { digest } = theirs.stages[0]!.contents!['text']!;
  const name = `v3/objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
  rmSync(join(remote, name));
  const lines: string[] = [];
  const result = await ours.run({
    remote,
    overrides: ['word=v'],
    onEvent: (event) => event.type === 'stage-line' && lines.push(`${event.stage}: ${event.line}`),
  });
  expect(result.outcome).toBe('done');
  expect(named(result, 'ran')).toEqual(['top', 'last']);
  expect(lines).toEqual([
    `top: nothing could be fetched from ${remote}: ${name} is missing there.`,
  ]);
  expect(ours.read(lastText)).toBe('v(((s)),(s))');
});

it('a part of a folder that is not fetched still decides whether its reader is up to date', async () => {
  const pipeline = `name: parts
stages:
  make:
    run: mkdir -p "$LIMBER_OUTPUT_TREE/sub" && echo one > "$LIMBER_OUTPUT_TREE/sub/a.txt"
    outputs: [tree]
  each:
    run: cat "$LIMBER_INPUT_PART"/* > "$LIMBER_OUTPUT_TEXT"
    matrix: { n: [1, 2] }
    inputs: { part: '\${{ stages.make.tree }}/sub' }
    outputs: [text]
  all:
    run: cat "$LIMBER_INPUT_TEXTS"/* > "$LIMBER_OUTPUT_TEXT"
    inputs: { texts: '\${{ stages.each.text }}' }
    outputs: [text]
`;
  const { remote, ours } = await createPair(pipeline);
  const result = await ours.run({ remote });
  expect(named(result, 'cached')).toEqual(['make', 'each@1', 'each@2', 'all']);
  expect(ours.read('runs/parts/latest/all/text')).toBe('one\none\n');
  expect(existsSync(join(ours.root, 'runs/parts/latest/make'))).toBe(false);
});

it('gc keeps the listing of a folder that is not fetched, as long as the run lasts', async () => {
  const signal = join(createFolder(), 'collected');
  writeFileSync(signal, '');
  const { remote, ours } = await createPair(`name: parts
stages:
  make:
    run: mkdir -p "$LIMBER_OUTPUT_TREE/sub" && echo one > "$LIMBER_OUTPUT_TREE/sub/a.txt"
    outputs: [tree]
  wait:
    run: until test -e "${signal}"; do sleep 0.05; done; touch "$LIMBER_OUTPUT_DONE"
    cache: false
    needs: make
    outputs: [done]
  read:
    run: cat "$LIMBER_INPUT_PART"/* > "$LIMBER_OUTPUT_TEXT"
    needs: wait
    inputs: { part: '\${{ stages.make.tree }}/sub' }
    outputs: [text]
`);
  rmSync(signal);
  const collected: Promise<unknown>[] = [];
  const result = await ours.run({
    remote,
    onEvent(event) {
      if (event.type !== 'stage-started') return;
      const collecting = collectGarbage({ workspace: ours.root, maxBytes: 0 });
      collected.push(collecting.then(() => writeFileSync(signal, '')));
    },
  });
  await Promise.all(collected);
  expect(result.stages.map(({ outcome, error }) => [outcome, error])).toEqual([
    ['cached', undefined],
    ['ran', undefined],
    ['cached', undefined],
  ]);
});

it('a stage that is named comes whole, though what it is made from stays away', async () => {
  const { remote, ours } = await createPair(chain);
  const result = await ours.run({ remote, only: ['side'] });
  expect(result.stages.map(({ outcome, because }) => [outcome, because])).toEqual([
    ['cached', [`at ${remote}`]],
    ['cached', [`fetched from ${remote}`]],
    ['skipped', ['not selected']],
  ]);
  const forced = await ours.run({ remote, only: ['side'], force: ['side'] });
  expect(named(forced, 'ran')).toEqual(['side']);
  expect(because(forced, 'top')).toEqual([`fetched from ${remote}`]);
});
