import { expect, it } from 'vitest';
import { because, createTestWorkspace, named } from './test-workspace.suite.ts';

it('what a definition finds on the machine is part of the key, and a cause by its name', async () => {
  const workspace = createTestWorkspace(`name: machine
stages:
  make: { uses: join, inputs: { source: data/source.txt }, with: { word: w }, outputs: [text] }
`);
  let engine = 'native TensorFlow 2.21.0';
  const asked: unknown[] = [];
  const stages = workspace.stages.map((stage) => ({
    ...stage,
    environmentOf: async (params: unknown, { isDryRun }: { readonly isDryRun: boolean }) => {
      asked.push([params, isDryRun]);
      return { engine };
    },
  }));
  expect(named(await workspace.run({ stages }), 'ran')).toEqual(['make']);
  expect(named(await workspace.run({ stages }), 'cached')).toEqual(['make']);
  expect(asked).toContainEqual([{ word: 'w' }, false]);
  asked.length = 0;
  engine = 'TensorFlow.js 4.22.0';
  const dry = await workspace.run({ stages, dryRun: true });
  expect(because(dry, 'make')).toEqual(['engine: native TensorFlow 2.21.0 → TensorFlow.js 4.22.0']);
  expect(asked).toEqual([[{ word: 'w' }, true]]);
});
