import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  createTestWorkspace,
  diamondPipeline,
  named,
  trainingPipeline,
} from '../execution/test-workspace.suite.ts';
import { stateFolder } from '../store/state-folder.ts';
import { openStoreUse } from '../store/store-use.ts';
import { cleanPipeline } from './clean-pipeline.ts';
import { collectGarbage } from './collect-garbage.ts';
import { findPipeline, listPipelines } from './find-pipeline.ts';
import { drawPipelineGraph } from './pipeline-graph.ts';
import { readPipelineStatus } from './pipeline-status.ts';

it('the graph shows what is read from where, without values for parameters', () => {
  const { stages, root, write } = createTestWorkspace(diamondPipeline);
  write(
    'pipeline.yaml',
    diamondPipeline
      .replace('right: l', 'right: null')
      .replace('word: t', "word: '${{ params.right }}/x'"),
  );
  const options = { file: 'pipeline.yaml', stages, workspace: root };
  expect(drawPipelineGraph({ ...options, format: 'text' })).toBe(`top
left    ←  top (text)
right   ←  top (text)
bottom  ←  left (text), right (text)
`);
  expect(drawPipelineGraph({ ...options, format: 'mermaid' })).toBe(`flowchart TD
  stage_top["top"]
  stage_left["left"]
  stage_right["right"]
  stage_bottom["bottom"]
  stage_top -->|"text"| stage_left
  stage_top -->|"text"| stage_right
  stage_left -->|"text"| stage_bottom
  stage_right -->|"text"| stage_bottom
`);
});

it('pipelines are found by name, and broken ones listed with what is wrong', () => {
  const { stages, root, write } = createTestWorkspace(diamondPipeline);
  write('pipelines/diamond.yaml', diamondPipeline);
  write('pipelines/broken.yml', 'name: broken\n');
  expect(findPipeline('diamond', root)).toBe('pipelines/diamond.yaml');
  expect(findPipeline('pipeline.yaml', root)).toBe('pipeline.yaml');
  expect(() => findPipeline('diamon', root)).toThrow(
    `There is no pipeline "diamon" in ${join(root, 'pipelines')}. Did you mean "diamond"?`,
  );
  expect(() => findPipeline('other.yaml', root)).toThrow('There is no pipeline file other.yaml.');
  expect(listPipelines({ workspace: root, stages })).toEqual([
    {
      name: 'broken',
      file: 'pipelines/broken.yml',
      description: '',
      stages: [],
      problem: expect.stringContaining('"stages" is missing'),
    },
    {
      name: 'diamond',
      file: 'pipelines/diamond.yaml',
      description: '',
      stages: ['top', 'left', 'right', 'bottom'],
    },
  ]);
});

it('a dry run changes nothing', async () => {
  const { root, run } = createTestWorkspace(diamondPipeline);
  const plan = await run({ dryRun: true });
  expect(named(plan, 'run')).toEqual(['top', 'left', 'right', 'bottom']);
  expect(plan.runDir).toBeNull();
  expect(existsSync(join(root, 'runs'))).toBe(false);
  expect(existsSync(join(root, '.limber/store'))).toBe(false);
});

it('clean makes a resumable stage start afresh, and gc keeps what is shown', async () => {
  const workspace = createTestWorkspace(trainingPipeline);
  const { root, stages } = workspace;
  const first = await workspace.run();
  await workspace.run({ overrides: ['train.lr=0.2'] });
  expect(await collectGarbage({ workspace: root })).toMatchObject({
    artifacts: 0,
    objects: 0,
    workFolders: 1,
  });
  rmSync(first.runDir!, { recursive: true });
  const { artifacts, objects, freedBytes } = await collectGarbage({ workspace: root });
  expect(artifacts).toBe(2);
  expect(objects).toBe(2);
  expect(freedBytes).toBe('lr 0.1, epochs 0 to 4'.length + '(lr 0.1, epochs 0 to 4)'.length);
  const overrides = ['train.lr=0.2'];
  expect(named(await workspace.run({ overrides }), 'ran')).toEqual([]);
  const options = { file: 'pipeline.yaml', stages, workspace: root, overrides };
  const status = await readPipelineStatus(options);
  expect(status.latestRun!.outcome).toBe('done');
  expect(status.stages.map(({ isUpToDate }) => isUpToDate)).toEqual([true, true]);
  expect(status.stages[0]!.workFolders).toHaveLength(1);
  expect(await cleanPipeline({ pipeline: 'training', workspace: root })).toHaveLength(1);
  expect(readdirSync(join(root, '.limber/work'))).toEqual([]);
  expect(named(await workspace.run({ overrides }), 'ran')).toEqual([]);
  expect(named(await workspace.run(), 'ran')).toEqual(['train', 'after']);
});

it('no working folder is removed while a pipeline runs', async () => {
  const { root } = createTestWorkspace(trainingPipeline);
  await openStoreUse(stateFolder(root), { work: 'a test' });
  await expect(cleanPipeline({ pipeline: 'training', workspace: root })).rejects.toThrow(
    `A pipeline is running in ${root} (process ${process.pid}). Try again when it has ended.`,
  );
});
