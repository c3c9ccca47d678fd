import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { PipelineResult } from '../pipeline-result.ts';
import { readRecord } from '../store/stage-record.ts';
import { stateFolder } from '../store/state-folder.ts';
import type { TestWorkspace } from './test-workspace.suite.ts';
import { because, createTestWorkspace } from './test-workspace.suite.ts';

/** Each epoch leaves its trace together with the number that was asked for, as a cosine schedule does. */
const growingStage = `
  import { existsSync, readFileSync, writeFileSync } from 'node:fs';
  export default { async run({ params, outputs, workDir }) {
    const file = workDir + '/state';
    let state = existsSync(file) ? readFileSync(file, 'utf8') : '';
    for (let epoch = state.length / 2; epoch < params.epochs; epoch++) {
      if (String(epoch) === process.env.LIMBER_TEST_STOP) throw new Error('stopped');
      writeFileSync(file, (state += epoch + String(params.epochs)));
    }
    writeFileSync(outputs.model, state);
  } };`;

const pipeline = `name: growing
params: { epochs: 2, kind: 1 }
stages:
  train:
    uses: ./stages/grow.mjs
    with: { epochs: '\${{ params.epochs }}', kind: '\${{ params.kind }}' }
    resumable: [epochs, kind]
    outputs: [model]
`;

function createGrowing(): TestWorkspace {
  const workspace = createTestWorkspace(pipeline);
  workspace.write('stages/grow.mjs', growingStage);
  return workspace;
}

async function train(
  workspace: TestWorkspace,
  epochs: number,
  options: { readonly kind?: string; readonly remote?: string; readonly force?: string[] } = {},
): Promise<PipelineResult & { readonly model: string; readonly how: string }> {
  const { kind = '1', ...rest } = options;
  const overrides = [`epochs=${epochs}`, `kind=${kind}`];
  const result = await workspace.run({ overrides, ...rest });
  const { outcome } = result.stages[0]!;
  const model = outcome === 'failed' ? '' : workspace.read('runs/growing/latest/train/model');
  return { ...result, model, how: outcome };
}

const workFolder = (workspace: TestWorkspace): string =>
  readdirSync(join(workspace.root, '.limber/work'))[0]!.slice(0, 12);

it('what was extended and what was made at once have keys of their own', async () => {
  const [extended, atOnce] = [createGrowing(), createGrowing()];
  await train(extended, 2);
  const dry = await extended.run({ overrides: ['epochs=4'], dryRun: true });
  const grown = await train(extended, 4);
  const causes = [
    'params.epochs: 2 → 4',
    `extends the 2 epochs, 1 kind of working folder ${workFolder(extended)}`,
  ];
  expect(because(dry, 'train')).toEqual(causes);
  expect(because(grown, 'train')).toEqual(causes);
  expect(grown.model).toBe('02122434');
  const whole = await train(atOnce, 4);
  expect(whole.model).toBe('04142434');
  expect(grown.stages[0]!.fingerprint).not.toBe(whole.stages[0]!.fingerprint);
  expect(dry.stages[0]!.fingerprint).toBe(grown.stages[0]!.fingerprint);
  const again = await train(extended, 4);
  expect([again.how, again.model]).toEqual(['cached', grown.model]);
  const key = { pipeline: 'growing', stage: 'train' };
  const { parts } = readRecord(stateFolder(extended.root), key).done!;
  const lineage = parts.find(({ kind }) => kind === 'lineage')!;
  expect(JSON.parse(lineage.value)).toMatchObject({ extending: { epochs: '2', kind: '1' } });
});

it('what the same history made has the same key', async () => {
  const [one, other] = [createGrowing(), createGrowing()];
  const keys = [];
  for (const workspace of [one, other]) {
    for (const epochs of [1, 2, 4]) keys.push((await train(workspace, epochs)).stages[0]);
  }
  const fingerprints = keys.map((stage) => stage!.fingerprint);
  expect(fingerprints.slice(0, 3)).toEqual(fingerprints.slice(3));
});

it('what a colleague made at once is taken before anything is extended', async () => {
  const [mine, theirs] = [createGrowing(), createGrowing()];
  const remote = join(theirs.root, 'shared');
  const whole = await train(theirs, 4, { remote });
  await train(mine, 2);
  const fetched = await train(mine, 4, { remote });
  expect([fetched.how, fetched.model]).toEqual(['cached', whole.model]);
  expect(fetched.stages[0]!.fingerprint).toBe(whole.stages[0]!.fingerprint);
});

it('fewer epochs, and params that are no numbers, start anew', async () => {
  const workspace = createGrowing();
  await train(workspace, 4);
  const fewer = await train(workspace, 3);
  expect(fewer.model).toBe('031323');
  expect(because(fewer, 'train')).toEqual([
    'params.epochs: 4 → 3',
    'starts anew: 3 epochs, 1 kind does not extend the 4 epochs, 1 kind done before',
  ]);
  const other = await train(workspace, 4, { kind: 'x' });
  expect(other.model).toBe('04142434');
  expect(because(other, 'train')).toContain(
    'starts anew: 4 epochs, "x" kind does not extend the 3 epochs, 1 kind done before',
  );
});

it('earlier results are found again, whatever the working folder holds now', async () => {
  const workspace = createGrowing();
  for (const epochs of [2, 4, 6]) await train(workspace, epochs);
  expect((await train(workspace, 3)).how).toBe('ran');
  for (const [epochs, model] of [
    [6, '021224344656'],
    [4, '02122434'],
    [2, '0212'],
  ] as const) {
    expect(await train(workspace, epochs)).toMatchObject({ how: 'cached', model });
  }
});

it('an extension that was interrupted goes on as the same one', async () => {
  const workspace = createGrowing();
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('LIMBER_TEST_STOP', '1');
  expect((await train(workspace, 2)).how).toBe('failed');
  vi.stubEnv('LIMBER_TEST_STOP', '3');
  expect((await train(workspace, 4)).how).toBe('failed');
  vi.stubEnv('LIMBER_TEST_STOP', '');
  const dry = await workspace.run({ overrides: ['epochs=4'], dryRun: true });
  const done = await train(workspace, 4);
  expect(done.model).toBe('02142434');
  expect(done.stages[0]!.fingerprint).toBe(dry.stages[0]!.fingerprint);
  const atOnce = await train(createGrowing(), 4);
  expect(done.stages[0]!.fingerprint).not.toBe(atOnce.stages[0]!.fingerprint);
  const forced = await train(workspace, 4, { force: ['train'] });
  expect(forced).toMatchObject({ model: atOnce.model });
  expect(forced.stages[0]!.fingerprint).toBe(atOnce.stages[0]!.fingerprint);
});
