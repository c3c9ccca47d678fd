import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { because, createTestWorkspace, named } from './test-workspace.suite.ts';

it("code of the user's own that params name is part of the key, with all that it imports", async () => {
  const workspace = createTestWorkspace(`name: own
stages:
  make: { uses: join, inputs: { source: data/source.txt }, with: { word: ./own.js }, outputs: [text] }
`);
  const write = (name: string, text: string): void =>
    writeFileSync(join(workspace.root, name), text);
  const codeOf = (params: unknown): readonly string[] => [(params as { word: string }).word];
  const stages = workspace.stages.map((stage) => ({ ...stage, codeOf }));
  write('own.js', `import './factor.js';\nexport default function change() {}\n`);
  write('factor.js', 'export const factor = 1;\n');
  expect(named(await workspace.run({ stages }), 'ran')).toEqual(['make']);
  write('own.js', `// a comment\nimport './factor.js';\nexport default function change() {}\n`);
  expect(named(await workspace.run({ stages }), 'cached')).toEqual(['make']);
  write('factor.js', 'export const factor = 2;\n');
  const changed = await workspace.run({ stages, dryRun: true });
  expect(because(changed, 'make')).toEqual(['code: factor.js changed']);
  expect(named(await workspace.run({ stages }), 'ran')).toEqual(['make']);
  rmSync(join(workspace.root, 'own.js'));
  const gone = await workspace.run({ stages, dryRun: true });
  expect(because(gone, 'make')).toContain('code: own.js changed');
});
