import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestWorkspace, diamondPipeline, named } from '../execution/test-workspace.suite.ts';
import { artifactPath, readArtifact } from '../store/artifact.ts';
import { objectPath } from '../store/objects.ts';
import { stateFolder } from '../store/state-folder.ts';
import { verifyStore } from './verify-store.ts';

it('what is damaged is named by its stage, and fetched where there is a remote store', async () => {
  const workspace = createTestWorkspace(diamondPipeline);
  const { root } = workspace;
  const remote = join(root, 'remote');
  const { stages } = await workspace.run({ remote });
  const state = stateFolder(root);
  const artifacts = stages.map(({ fingerprint }) => readArtifact(state, fingerprint!)!);
  const whole = await verifyStore({ workspace: root });
  // four texts, one empty log, and the listing of the folder that one of them reads
  expect(whole).toEqual({ artifacts: 4, objects: 6, damaged: [] });
  const damageAll = (): void => {
    writeFileSync(objectPath(state, artifacts[0]!.outputs['text']!.digest), 't(x)');
    rmSync(objectPath(state, artifacts[1]!.outputs['text']!.digest));
    writeFileSync(artifactPath(state, artifacts[2]!.fingerprint), '{}');
  };
  damageAll();
  const damaged = [
    { stages: ['diamond/top'], problems: ['output text is damaged'] },
    { stages: ['diamond/left'], problems: ['output text is missing'] },
    {
      stages: ['diamond/right'],
      problems: [
        `${artifactPath(state, artifacts[2]!.fingerprint).slice(root.length + 1)}: fingerprint: Invalid input: expected string, received undefined.`,
      ],
    },
  ];
  const byStage = (a: { stages: readonly string[] }, b: { stages: readonly string[] }): number =>
    a.stages.join().localeCompare(b.stages.join());
  const healed = await verifyStore({ workspace: root, remote });
  expect([...healed.damaged].sort(byStage)).toEqual(
    damaged.map((found) => ({ ...found, outcome: 'healed' })).sort(byStage),
  );
  expect(await verifyStore({ workspace: root })).toEqual(whole);
  damageAll();
  const lost = await verifyStore({ workspace: root });
  expect([...lost.damaged].sort(byStage)).toEqual(
    damaged.map((found) => ({ ...found, outcome: 'lost' })).sort(byStage),
  );
  expect(named(await workspace.run(), 'ran')).toEqual(['top', 'left', 'right']);
  expect((await verifyStore({ workspace: root })).damaged).toEqual([]);
});

it('a result is kept without its log, and a damaged file that nothing needs is removed', async () => {
  const workspace = createTestWorkspace(
    'name: one\nstages: { one: { run: "echo said; touch $LIMBER_OUTPUT_O", outputs: [o] } }\n',
  );
  const { root } = workspace;
  const { fingerprint } = (await workspace.run()).stages[0]!;
  const state = stateFolder(root);
  const { log } = readArtifact(state, fingerprint!)!;
  writeFileSync(objectPath(state, log!), 'else');
  const other = objectPath(state, 'a'.repeat(64));
  workspace.write(other.slice(root.length + 1), 'no a');
  expect((await verifyStore({ workspace: root })).damaged).toEqual([
    { stages: ['one/one'], problems: ['its log is damaged'], outcome: 'lost' },
    { stages: [], problems: [`file ${'a'.repeat(64)} is damaged`], outcome: 'lost' },
  ]);
  expect(existsSync(other)).toBe(false);
  expect(named(await workspace.run(), 'cached')).toEqual(['one']);
  expect(readArtifact(state, fingerprint!)!.log).toBeNull();
});
