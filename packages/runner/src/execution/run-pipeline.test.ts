import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArtifact } from '../store/artifact.ts';
import { objectPath } from '../store/objects.ts';
import { stateFolder } from '../store/state-folder.ts';
import { because, createTestWorkspace, diamondPipeline, named } from './test-workspace.suite.ts';

const bottomText = '(l(t(s)),l(a+b,t(s)))';

describe('what runs', () => {
  it('is everything at first, and then nothing', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    const first = await workspace.run();
    expect(named(first, 'ran')).toEqual(['top', 'left', 'right', 'bottom']);
    expect(first.stages.map(({ because }) => because)).toEqual(
      first.stages.map(() => ['never ran']),
    );
    expect(workspace.read('runs/diamond/latest/bottom/final/text.txt')).toBe(bottomText);
    const second = await workspace.run();
    expect(named(second, 'cached')).toEqual(['top', 'left', 'right', 'bottom']);
    expect(second.metrics).toEqual({ length: bottomText.length });
    expect(second.runDir).toBe(first.runDir);
    expect(readdirSync(join(workspace.root, 'runs/diamond')).sort().slice(1)).toEqual([
      'index.html',
      'latest',
    ]);
  });

  it('follows one changed parameter, and names it by the key that sets it', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    await workspace.run();
    const overrides = ['left.word=m'];
    const plan = await workspace.run({ overrides, dryRun: true });
    expect(named(plan, 'run')).toEqual(['left', 'bottom']);
    expect(because(plan, 'left')).toEqual(['params.left.word: "l" → "m"']);
    expect(because(plan, 'bottom')).toEqual(['input l: needs "left", which will run']);
    const result = await workspace.run({ overrides });
    expect(named(result, 'ran')).toEqual(['left', 'bottom']);
    expect(because(result, 'left')).toEqual(['params.left.word: "l" → "m"']);
    expect(because(result, 'bottom')).toEqual(['input l: changed because stage "left" ran']);
  });

  it('is nothing after a change was taken back', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    const first = await workspace.run();
    const changed = await workspace.run({ overrides: ['left.word=m'] });
    const back = await workspace.run();
    expect(named(back, 'ran')).toEqual([]);
    expect(new Set([first.runDir, changed.runDir, back.runDir]).size).toBe(3);
    expect(workspace.read('runs/diamond/latest/bottom/final/text.txt')).toBe(bottomText);
  });

  it('follows one changed file, and names it', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    await workspace.run();
    workspace.write('data/folder/b.txt', 'B');
    workspace.write('data/folder/c.txt', 'c');
    const result = await workspace.run();
    expect(named(result, 'ran')).toEqual(['right', 'bottom']);
    expect(because(result, 'right')).toEqual(['input extra: b.txt changed, c.txt is new']);
    workspace.write('data/source.txt', 'S');
    const all = await workspace.run();
    expect(named(all, 'ran')).toEqual(['top', 'left', 'right', 'bottom']);
    expect(because(all, 'top')).toEqual(['input source: data/source.txt changed']);
  });

  it('is nothing when a file was only touched', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    await workspace.run();
    utimesSync(join(workspace.root, 'data/source.txt'), 1, 1);
    expect(named(await workspace.run(), 'ran')).toEqual([]);
  });

  it('ends where an output comes out the same', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    await workspace.run();
    workspace.write('stages/label.mjs', 'export const label = (word) => `${word}`;\n');
    const result = await workspace.run();
    expect(because(result, 'top')).toEqual(['code: stages/label.mjs changed']);
    expect(because(result, 'bottom')).toEqual(['code: stages/label.mjs changed']);
    workspace.write('data/source.txt', 's ');
    workspace.write('stages/label.mjs', 'export const label = (word) => word + "";\n');
    expect(because(await workspace.run(), 'top')).toEqual([
      'code: stages/label.mjs changed',
      'input source: data/source.txt changed',
    ]);
  });

  it('is nothing when code was only written in another way', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    await workspace.run();
    workspace.write(
      'stages/label.mjs',
      '/** Says it. */\nexport const label =\n  ((word) => (word)) // as it is\n',
    );
    expect(named(await workspace.run(), 'ran')).toEqual([]);
  });

  it('is what was forced, and nothing that reads the same output', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    await workspace.run();
    const result = await workspace.run({ force: ['top'] });
    expect(named(result, 'ran')).toEqual(['top']);
    expect(because(result, 'top')).toEqual(['forced']);
  });

  it('is what was selected, with the stored outputs of the rest', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    const early = await workspace.run({ only: ['left'] });
    expect(early.outcome).toBe('failed');
    expect(early.stages.find(({ name }) => name === 'left')).toMatchObject({
      outcome: 'failed',
      invalidInput: true,
      error:
        'Stage "left" needs the outputs of "top", which are not in the store. Run without --only and --from.',
    });
    await workspace.run();
    workspace.write('data/source.txt', 'S');
    const result = await workspace.run({ from: ['left'], overrides: ['left.word=m'] });
    expect(result.outcome).toBe('done');
    expect(named(result, 'ran')).toEqual(['left', 'bottom']);
    expect(workspace.read('runs/diamond/latest/bottom/final/text.txt')).toBe(
      bottomText.replace('l', 'm'),
    );
    await expect(workspace.run({ only: ['lefd'] })).rejects.toThrow(
      'There is no stage "lefd". Did you mean "left"? (--only lefd)',
    );
  });
});

describe('a failing stage', () => {
  const failing = (exitCode: string): string => `name: failing
stages:
  bad:
    uses: join
    with: { fail: no luck, exitCode: ${exitCode} }
    outputs: [text]
  next:
    uses: join
    inputs: { text: '\${{ stages.bad.text }}' }
    outputs: [text]
`;

  it('is an outcome with its message and log, and what needs it is skipped', async () => {
    const workspace = createTestWorkspace(failing('1'));
    const result = await workspace.run();
    expect(result.outcome).toBe('failed');
    expect(result.stages[0]).toMatchObject({
      outcome: 'failed',
      error: 'no luck',
      invalidInput: false,
    });
    expect(readFileSync(result.stages[0]!.logFile!, 'utf8')).toContain('Error: no luck');
    expect(result.stages[0]!.lastLines).toEqual([]);
    expect(result.stages[1]).toMatchObject({
      outcome: 'skipped',
      because: ['needs "bad", which failed'],
    });
    expect(because(await workspace.run({ dryRun: true }), 'bad')).toEqual(['failed last time']);
  });

  it('says so when it failed for what the user gave it', async () => {
    const result = await createTestWorkspace(failing('2')).run();
    expect(result.stages[0]!.invalidInput).toBe(true);
  });

  it('is one that does not write an output that it declares', async () => {
    const result = await createTestWorkspace(
      'name: lazy\nstages: { lazy: { uses: join, outputs: [text, more] } }\n',
    ).run();
    expect(result.stages[0]!.error).toBe('Stage "lazy" ended without writing its output "more".');
  });

  it('is one whose input changes while it runs', async () => {
    const workspace = createTestWorkspace(`name: moving
stages:
  moving:
    run: cp "$LIMBER_INPUT_SOURCE" "$LIMBER_OUTPUT_COPY" && echo more >> data/source.txt
    inputs: { source: data/source.txt }
    outputs: [copy]
`);
    expect((await workspace.run()).stages[0]!.error).toBe(
      'Input "source" (data/source.txt) changed while stage "moving" ran, so its result is not kept. Run again.',
    );
    expect(named(await workspace.run({ dryRun: true }), 'run')).toEqual(['moving']);
  });
});

describe('the store', () => {
  it('makes an output again that was removed or damaged', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    const { stages } = await workspace.run();
    const state = stateFolder(workspace.root);
    const digestOf = (index: number): string =>
      readArtifact(state, stages[index]!.fingerprint!)!.outputs['text']!.digest;
    writeFileSync(objectPath(state, digestOf(1)), 'l(t(x))');
    rmSync(objectPath(state, digestOf(3)));
    const plan = await workspace.run({ dryRun: true });
    expect(because(plan, 'left')).toEqual(['output text is damaged in the store']);
    expect(because(plan, 'bottom')).toEqual(['input l: needs "left", which will run']);
    const result = await workspace.run();
    expect(named(result, 'ran')).toEqual(['left', 'bottom']);
    expect(because(result, 'bottom')).toEqual(['output text is missing from the store']);
    expect(workspace.read('runs/diamond/latest/bottom/final/text.txt')).toBe(bottomText);
    expect(workspace.read('runs/diamond/latest/left/text')).toBe('l(t(s))');
  });

  it('trusts an object with another time only after hashing it', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    const { stages } = await workspace.run();
    const state = stateFolder(workspace.root);
    const { digest } = readArtifact(state, stages[0]!.fingerprint!)!.outputs['text']!;
    utimesSync(objectPath(state, digest), 5, 5);
    expect(named(await workspace.run(), 'ran')).toEqual([]);
  });

  it('never shows half of an output', async () => {
    const workspace = createTestWorkspace(`name: half
stages:
  half:
    run: echo half > "$LIMBER_OUTPUT_FILE"; exit 3
    outputs: [file]
`);
    const result = await workspace.run();
    expect(result.stages[0]).toMatchObject({
      outcome: 'failed',
      error: 'The command ended with exit code 3.',
    });
    expect(existsSync(join(workspace.root, '.limber/store'))).toBe(false);
    expect(readdirSync(join(workspace.root, '.limber/staging'))).toEqual([]);
  });

  it('keeps folders as they are: nested, empty, equal files and links to files among them', async () => {
    const workspace = createTestWorkspace(`name: folders
stages:
  write:
    run: |
      cd "$LIMBER_WORK_DIR" && mkdir -p "$LIMBER_OUTPUT_TREE/deep/empty" && cd "$LIMBER_OUTPUT_TREE"
      echo same > one && echo same > deep/two && ln -s one link
    outputs: [tree]
  part:
    run: cat "$LIMBER_INPUT_PART" > "$LIMBER_OUTPUT_COPY"
    inputs: { part: '\${{ stages.write.tree }}/deep/two' }
    outputs: [copy]
`);
    await workspace.run();
    const tree = join(workspace.root, 'runs/folders/latest/write/tree');
    const names = readdirSync(tree, { recursive: true }).map(String);
    expect(names.sort()).toEqual(['deep', 'deep/empty', 'deep/two', 'link', 'one']);
    expect(workspace.read('runs/folders/latest/write/tree/link')).toBe('same\n');
    expect(workspace.read('runs/folders/latest/part/copy')).toBe('same\n');
    expect(readlinkSync(tree)).toMatch(/^\.\.\/\.\.\/\.\.\/\.\.\/\.limber\/store\/views\//);
  });

  it('refuses an output that leads out of it', async () => {
    const result = await createTestWorkspace(
      'name: out\nstages: { out: { run: "mkdir $LIMBER_OUTPUT_O && ln -s /etc/hostname $LIMBER_OUTPUT_O/h", outputs: [o] } }\n',
    ).run();
    expect(result.stages[0]!.error).toMatch(/o\/h leads out of the output through a symbolic link/);
  });
});

describe('a command', () => {
  it('is given inputs, params and declared variables, and reruns when one of them changes', async () => {
    const workspace = createTestWorkspace(`name: command
params: { greeting: hello }
stages:
  all:
    run: printf '%s|%s|%s|%s' "$LIMBER_INPUT_FILES" "$LIMBER_PARAM_GREETING" "$LIMBER_PARAM_A_B" "$LIMBER_TEST_WORD" > "$LIMBER_OUTPUT_TEXT"
    inputs: { files: 'data/folder/*.txt' }
    with: { greeting: '\${{ params.greeting }}', a-b: [1, 2] }
    env: [LIMBER_TEST_WORD]
    outputs: [text]
`);
    process.env['LIMBER_TEST_WORD'] = 'first';
    await workspace.run();
    const folder = join(workspace.root, 'data/folder');
    expect(workspace.read('runs/command/latest/all/text')).toBe(
      `${folder}/a.txt\n${folder}/b.txt|hello|[1,2]|first`,
    );
    expect(named(await workspace.run(), 'ran')).toEqual([]);
    process.env['LIMBER_TEST_WORD'] = 'second';
    workspace.write('data/folder/c.txt', 'c');
    const result = await workspace.run({ overrides: ['greeting=bye'] });
    expect(because(result, 'all')).toEqual([
      'params.greeting: "hello" → "bye"',
      'env LIMBER_TEST_WORD changed',
      'input files: data/folder/c.txt is new',
    ]);
  });
});
