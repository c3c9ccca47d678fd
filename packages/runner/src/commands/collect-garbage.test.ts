import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestWorkspace, diamondPipeline, named } from '../execution/test-workspace.suite.ts';
import type { PipelineEvent } from '../events.ts';
import { artifactPath } from '../store/artifact.ts';
import { stateFolder } from '../store/state-folder.ts';
import { collectGarbage } from './collect-garbage.ts';

it('removes what was not used for long, and what does not fit, the least used first', async () => {
  const workspace = createTestWorkspace(diamondPipeline);
  const { root } = workspace;
  const { stages } = await workspace.run();
  const state = stateFolder(root);
  const dayMs = 86_400_000;
  for (const [age, { fingerprint }] of stages.entries()) {
    const used = new Date(Date.now() - age * 10 * dayMs);
    utimesSync(artifactPath(state, fingerprint!), used, used);
  }
  expect(await collectGarbage({ workspace: root, olderThanMs: 25 * dayMs })).toMatchObject({
    artifacts: 1,
    objects: 1,
  });
  const [top, left] = ['t(s)', 'l(t(s))'].map((text) => text.length);
  expect(await collectGarbage({ workspace: root, maxBytes: top! + left! })).toMatchObject({
    artifacts: 1,
    objects: 1,
  });
  expect(named(await workspace.run(), 'ran')).toEqual(['right', 'bottom']);
});

it('can run beside a pipeline, whose results it keeps', async () => {
  const workspace = createTestWorkspace(diamondPipeline);
  await workspace.run();
  rmSync(join(workspace.root, 'runs'), { recursive: true });
  rmSync(join(workspace.root, '.limber/records'), { recursive: true });
  const collected: Promise<unknown>[] = [];
  const onEvent = (event: PipelineEvent): void => {
    if (event.type !== 'stage-started') return;
    collected.push(collectGarbage({ workspace: workspace.root, maxBytes: 0 }));
  };
  const result = await workspace.run({ overrides: ['left.word=m'], onEvent });
  await Promise.all(collected);
  expect(result.outcome).toBe('done');
  expect(named(result, 'ran')).toEqual(['left', 'bottom']);
  expect(workspace.read('runs/diamond/latest/bottom/final/text.txt')).toBe('(m(t(s)),l(a+b,t(s)))');
  const again = await workspace.run({ overrides: ['left.word=m'] });
  expect(named(again, 'ran')).toEqual([]);
});
