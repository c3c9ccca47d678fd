import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  createTestWorkspace,
  diamondPipeline,
  named,
  trainingPipeline,
} from '../execution/test-workspace.suite.ts';
import { readArtifact } from '../store/artifact.ts';
import { objectPath } from '../store/objects.ts';
import { stateFolder } from '../store/state-folder.ts';
import { diffRuns } from './diff-runs.ts';
import { drawPipelineGraph } from './pipeline-graph.ts';
import { pipelineJsonSchema } from './pipeline-json-schema.ts';
import { sharePipeline } from './share-pipeline.ts';

const folderPipeline = `name: folder
stages:
  make: { run: 'mkdir "$LIMBER_OUTPUT_FOLDER" && echo a > "$LIMBER_OUTPUT_FOLDER/a.txt"', outputs: [folder] }
`;

it('two runs are compared by what they were given, measured and wrote', async () => {
  const workspace = createTestWorkspace(diamondPipeline);
  const options = { pipeline: 'diamond', workspace: workspace.root };
  expect(() => diffRuns(options)).toThrow(
    'The pipeline "diamond" has no runs here, two are compared.',
  );
  await workspace.run();
  expect(() => diffRuns(options)).toThrow(
    'The pipeline "diamond" has one run here, two are compared.',
  );
  await workspace.run({ overrides: ['left.word=long'] });
  const { params, metrics, outputs, from, to } = diffRuns(options);
  expect(params).toEqual([{ stage: 'left', name: 'word', from: 'l', to: 'long' }]);
  expect(metrics).toEqual([
    { stage: 'left', name: 'length', from: 7, to: 10 },
    { stage: 'bottom', name: 'length', from: 21, to: 24 },
  ]);
  expect(outputs.map(({ stage, name }) => `${stage}.${name}`)).toEqual([
    'left.text',
    'bottom.text',
  ]);
  expect(diffRuns({ ...options, from: to, to: from }).params).toEqual([
    { stage: 'left', name: 'word', from: 'long', to: 'l' },
  ]);
  expect(() => diffRuns({ ...options, to: from })).toThrow(
    `There is no run of the pipeline "diamond" before "${from}". Name the run to compare it with.`,
  );
  expect(() => diffRuns({ ...options, to: `${from}x` })).toThrow(`Did you mean "${from}"?`);
  expect(() => diffRuns({ ...options, from: `${from}x` })).toThrow(`Did you mean "${from}"?`);
});

it('the page of all runs shows the params in which they differ, escaped', async () => {
  const workspace = createTestWorkspace(diamondPipeline);
  await workspace.run();
  await workspace.run({ overrides: ['left.word=<b>'] });
  const page = workspace.read('runs/diamond/index.html');
  expect(page).toContain('<th>left.word</th><th>length</th>');
  expect(page).toContain('<td>&lt;b&gt;</td>');
  expect(page).not.toContain('right.word');
  expect(page.match(/<tr><td>/g)).toHaveLength(2);
});

it('the graph is a page with each stage behind those it needs', () => {
  const { stages, root } = createTestWorkspace(diamondPipeline);
  const page = drawPipelineGraph({
    file: 'pipeline.yaml',
    stages,
    workspace: root,
    format: 'html',
  });
  const columns = [...page.matchAll(/<rect x="(\d+)" y="(\d+)"/g)].map(([, x, y]) => `${x} ${y}`);
  expect(columns).toEqual(['20 20', '260 20', '260 76', '500 20']);
  expect(page.match(/marker-end/g)).toHaveLength(4);
});

it('the JSON Schema of pipeline files is the one that is published', () => {
  const file = new URL('../../pipeline.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(pipelineJsonSchema([]));
});

it('the JSON Schema tells a stage its parameters, and allows references in their place', () => {
  const { stages } = createTestWorkspace(trainingPipeline);
  const schema = JSON.stringify(pipelineJsonSchema(stages));
  expect(schema).toContain('"if":{"properties":{"uses":{"const":"count"}},"required":["uses"]}');
  expect(schema).toContain('"epochs":{"anyOf":[{"type":"integer","minimum":1');
  expect(schema).toContain('"required":["<<"]');
});

/** Pushes and pulls through one folder. */
function sharingThrough(remote: string) {
  return (
    direction: 'push' | 'pull',
    { root, stages }: ReturnType<typeof createTestWorkspace>,
  ): ReturnType<typeof sharePipeline> =>
    sharePipeline(direction, { file: 'pipeline.yaml', stages, workspace: root, remote });
}

it('results are pushed to a folder and pulled by a colleague', async () => {
  const theirs = createTestWorkspace(diamondPipeline);
  const ours = createTestWorkspace(diamondPipeline);
  const remote = join(theirs.root, 'shared');
  const share = sharingThrough(remote);
  expect(await share('pull', ours)).toMatchObject({
    stages: [],
    missing: ['top', 'left', 'right', 'bottom'],
  });
  await theirs.run();
  expect((await share('push', theirs)).missing).toEqual([]);
  expect((await share('pull', ours)).missing).toEqual([]);
  expect(named(await ours.run(), 'ran')).toEqual([]);
  const text = 'runs/diamond/latest/bottom/final/text.txt';
  expect(ours.read(text)).toBe(theirs.read(text));
});

it('what is damaged in the store is not pushed, and pulled anew', async () => {
  const theirs = createTestWorkspace(folderPipeline);
  const ours = createTestWorkspace(folderPipeline);
  const remote = join(theirs.root, 'shared');
  const share = sharingThrough(remote);
  await theirs.run();
  await ours.run();
  const state = stateFolder(ours.root);
  const [first] = (await ours.run()).stages;
  const { digest } = readArtifact(state, first!.fingerprint!)!.outputs['folder']!;
  rmSync(objectPath(state, digest));
  expect(await share('push', ours)).toMatchObject({ stages: [], missing: ['make'] });
  await share('push', theirs);
  expect((await share('pull', ours)).missing).toEqual([]);
  expect(readFileSync(objectPath(state, digest), 'utf8')).toContain('"a.txt"');
  expect(named(await ours.run(), 'ran')).toEqual([]);
});
