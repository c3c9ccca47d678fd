import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharePipeline } from '../commands/share-pipeline.ts';
import type { Artifact } from '../store/artifact.ts';
import { artifactPath, readArtifact } from '../store/artifact.ts';
import { objectPath, putTree } from '../store/objects.ts';
import { stateFolder } from '../store/state-folder.ts';
import type { PipelineResult } from '../pipeline-result.ts';
import type { TestWorkspace } from './test-workspace.suite.ts';
import {
  because,
  createTestWorkspace,
  diamondPipeline,
  editingPipeline,
  errorOf,
  named,
} from './test-workspace.suite.ts';

/** Writes into a file, and gives it back its size, mode and modification time. */
function damageUnseen(path: string): void {
  const { mtime, size } = statSync(path);
  writeFileSync(path, '#'.repeat(size));
  utimesSync(path, mtime, mtime);
}

async function linesOf(
  workspace: TestWorkspace,
  options: Parameters<TestWorkspace['run']>[0],
): Promise<{ readonly result: PipelineResult; readonly lines: string[] }> {
  const lines: string[] = [];
  const result = await workspace.run({
    ...options,
    onEvent(event) {
      const isAboutStore = event.type === 'stage-line' && !event.line.includes('has no input');
      if (isAboutStore) lines.push(event.line);
    },
  });
  return { result, lines };
}

/** Replaces the artifact of a stage in a folder that is a remote store. */
function rewriteRemote(
  remote: string,
  fingerprint: string,
  change: (artifact: Artifact) => unknown,
): string {
  const name = `v3/artifacts/${fingerprint.slice(0, 2)}/${fingerprint.slice(2)}.json`;
  const file = join(remote, name);
  const artifact = JSON.parse(readFileSync(file, 'utf8')) as Artifact;
  writeFileSync(file, JSON.stringify(change(artifact)));
  return name;
}

const single = `name: single
stages:
  only: { run: echo made > "$LIMBER_OUTPUT_TEXT", outputs: [text] }
`;

describe('a remote store', () => {
  it('cannot name a file outside the workspace', async () => {
    const theirs = createTestWorkspace(single);
    const remote = join(theirs.root, 'remote');
    const { fingerprint } = (await theirs.run({ remote })).stages[0]!;
    const victim = join(theirs.root, 'victim');
    mkdirSync(victim);
    writeFileSync(join(victim, 'kept'), 'kept');
    const ours = createTestWorkspace(single);
    const name = rewriteRemote(remote, fingerprint!, ({ outputs, ...rest }) => ({
      ...rest,
      outputs: {
        text: { ...outputs['text'], fileName: `../../../../../../../../../..${victim}` },
      },
    }));
    const { result, lines } = await linesOf(ours, { remote });
    expect(named(result, 'ran')).toEqual(['only']);
    expect(lines).toContain(
      `nothing could be fetched from ${remote}: ${name}: outputs: text: fileName: expected the name of one file.`,
    );
    expect(readFileSync(join(victim, 'kept'), 'utf8')).toBe('kept');
  });

  it('cannot name one by the listing of a folder, or one that is not as large as it says', async () => {
    const pipeline = editingPipeline('true');
    const theirs = createTestWorkspace(pipeline);
    const remote = join(theirs.root, 'remote');
    const { fingerprint } = (await theirs.run({ remote })).stages[0]!;
    const entry = { type: 'file', sha256: '0'.repeat(64), sizeBytes: 1 } as const;
    const digest = putTree(stateFolder(remote), [{ ...entry, path: '../../x' }]);
    const listing = `v3/objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
    mkdirSync(dirname(join(remote, listing)), { recursive: true });
    renameSync(objectPath(stateFolder(remote), digest), join(remote, listing));
    rewriteRemote(remote, fingerprint!, ({ outputs, ...rest }) => ({
      ...rest,
      outputs: { ...outputs, tree: { ...outputs['tree'], digest } },
    }));
    const first = await linesOf(createTestWorkspace(pipeline), { remote });
    expect(first.lines[0]).toBe(
      `nothing could be fetched from ${remote}: ${listing}: line 1 is not an entry with a path inside the folder: ${'0'.repeat(64)} 1 "../../x".`,
    );
    const name = rewriteRemote(remote, fingerprint!, ({ outputs, ...rest }) => ({
      ...rest,
      outputs: {
        file: { ...outputs['file'], sizeBytes: 3 },
        tree: readArtifact(stateFolder(theirs.root), fingerprint!)!.outputs['tree'],
      },
    }));
    const second = await linesOf(createTestWorkspace(pipeline), { remote, force: ['edit'] });
    expect(second.lines[0]).toBe(
      `nothing could be fetched from ${remote}: ${name}: outputs: file: the sizes are wrong.`,
    );
    rewriteRemote(remote, fingerprint!, ({ outputs: { file }, ...rest }) => ({
      ...rest,
      outputs: { file },
    }));
    const third = await linesOf(createTestWorkspace(pipeline), { remote });
    expect(third.lines[0]).toBe(
      `nothing could be fetched from ${remote}: ${name}: outputs: there is no "tree" as declared.`,
    );
    expect(named(third.result, 'ran')).toEqual(['make']);
  });

  it('is sent nothing that is damaged', async () => {
    const workspace = createTestWorkspace(single);
    const { root, stages } = workspace;
    const { fingerprint } = (await workspace.run()).stages[0]!;
    const state = stateFolder(root);
    const log = objectPath(state, readArtifact(state, fingerprint!)!.log!);
    writeFileSync(log, 'not this');
    const options = { file: 'pipeline.yaml', stages, workspace: root, remote: 'remote' };
    await expect(sharePipeline('push', options)).rejects.toThrow(
      `${log} is damaged. "limber pipeline verify" mends the store, or says what has to be made again.`,
    );
    expect(existsSync(join(root, 'remote/v3/artifacts'))).toBe(false);
  });
});

describe('what is in the store', () => {
  it('is made again where its description is wrong, and the message names the file', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    const { fingerprint } = (await workspace.run()).stages[0]!;
    const file = artifactPath(stateFolder(workspace.root), fingerprint!);
    const artifact = JSON.parse(readFileSync(file, 'utf8')) as Artifact;
    const outputs = { text: { ...artifact.outputs['text'], digest: '../../../x' } };
    writeFileSync(file, JSON.stringify({ ...artifact, outputs }));
    const result = await workspace.run();
    expect(because(result, 'top')).toEqual([
      `${file.slice(workspace.root.length + 1)}: outputs: text: digest: expected 64 lower-case hexadecimal digits, and .x for an executable.`,
    ]);
    expect(named(result, 'ran')).toEqual(['top']);
    expect(named(await workspace.run(), 'ran')).toEqual([]);
    const record = '.limber/records/diamond/left.json';
    workspace.write(record, '{"done":{"fingerprint":"../x"}}');
    expect(because(await workspace.run({ overrides: ['left.word=m'] }), 'left')).toEqual([
      `${record}: done: fingerprint: expected 64 lower-case hexadecimal digits.`,
      'never ran',
    ]);
  });

  it('is read when the machine has started anew, or a file was touched, whatever its size and time', async () => {
    const workspace = createTestWorkspace(diamondPipeline);
    const { stages } = await workspace.run();
    const state = stateFolder(workspace.root);
    const pathOf = (index: number): string =>
      objectPath(state, readArtifact(state, stages[index]!.fingerprint!)!.outputs['text']!.digest);
    damageUnseen(pathOf(1));
    const result = await workspace.run();
    expect(because(result, 'left')).toEqual(['output text is damaged in the store']);
    expect(named(result, 'ran')).toEqual(['left']);
    const memory = join(workspace.root, '.limber/cache/verified.txt');
    expect(readFileSync(memory, 'utf8').split('\n').length).toBeLessThan(12);
    damageUnseen(pathOf(2));
    writeFileSync(
      memory,
      `another start\n${readFileSync(memory, 'utf8').split('\n').slice(1).join('\n')}`,
    );
    expect(named(await workspace.run(), 'ran')).toEqual(['right']);
  });

  it('keeps whether a file can be executed, in a folder and alone, also when a colleague fetches it', async () => {
    const pipeline = `name: tools
stages:
  make:
    run: |
      mkdir "$LIMBER_OUTPUT_TREE" && printf '#!/bin/sh\\necho ran\\n' > "$LIMBER_OUTPUT_TOOL"
      cp "$LIMBER_OUTPUT_TOOL" "$LIMBER_OUTPUT_TREE/plain" && chmod +x "$LIMBER_OUTPUT_TOOL"
      cp "$LIMBER_OUTPUT_TOOL" "$LIMBER_OUTPUT_TREE/tool"
    outputs: [tree, tool]
  use:
    run: test ! -x "$LIMBER_INPUT_TREE/plain" -o "$(id -u)" = 0 && "$LIMBER_INPUT_TREE/tool" > "$LIMBER_OUTPUT_TEXT" && "$LIMBER_INPUT_TOOL" >> "$LIMBER_OUTPUT_TEXT"
    inputs: { tree: '\${{ stages.make.tree }}', tool: '\${{ stages.make.tool }}' }
    outputs: [text]
`;
    const theirs = createTestWorkspace(pipeline);
    const remote = join(theirs.root, 'remote');
    const ours = createTestWorkspace(pipeline);
    for (const workspace of [theirs, ours]) {
      const { root, stages: known } = workspace;
      const shared = { file: 'pipeline.yaml', stages: known, workspace: root, remote };
      if (workspace === ours) await sharePipeline('pull', shared);
      const { outcome, stages } = await workspace.run({ remote });
      expect(outcome, JSON.stringify(stages)).toBe('done');
      const latest = join(workspace.root, 'runs/tools/latest');
      expect(workspace.read('runs/tools/latest/use/text')).toBe('ran\nran\n');
      const modes = ['make/tree/plain', 'make/tree/tool', 'make/tool'].map(
        (path) => statSync(join(latest, path)).mode & 0o777,
      );
      expect(modes).toEqual([0o444, 0o555, 0o555]);
      expect(named(await workspace.run({ remote }), 'cached')).toEqual(['make', 'use']);
    }
    expect(readArtifactOf(ours, 'tools')).toEqual(readArtifactOf(theirs, 'tools'));
  });

  it('does not take a file that has another name elsewhere', async () => {
    const workspace = createTestWorkspace(`name: links
stages:
  link: { run: ln data/source.txt "$LIMBER_OUTPUT_TEXT", outputs: [text] }
`);
    const source = join(workspace.root, 'data/source.txt');
    const before = statSync(source);
    expect((await workspace.run()).outcome).toBe('done');
    const after = statSync(source);
    expect([after.mode, after.mtimeMs, after.nlink]).toEqual([before.mode, before.mtimeMs, 1]);
    expect(workspace.read('runs/links/latest/link/text')).toBe('s');
  });

  it('is not looked for behind a symbolic link', async () => {
    const workspace = createTestWorkspace(single);
    const { stages } = await workspace.run();
    const view = realpathSync(join(workspace.root, 'runs/single/latest/only/text'));
    const outside = join(workspace.root, 'outside');
    renameSync(dirname(view), outside);
    symlinkSync(outside, dirname(view));
    writeFileSync(join(outside, 'mine'), 'mine');
    const kept = readdirSync(outside);
    expect(named(await workspace.run(), 'cached')).toEqual(['only']);
    expect(readdirSync(outside)).toEqual(kept);
    expect(lstatSync(dirname(view)).isDirectory()).toBe(true);
    expect(readFileSync(stages[0]!.outputs['text']!, 'utf8')).toBe('made\n');
  });

  it('holds no metric that is not a number, and no name that another system cannot keep', async () => {
    const workspace = createTestWorkspace(`name: names
stages:
  nan: { uses: ./stages/nan.mjs, outputs: [text] }
  wrong: { run: 'mkdir "$LIMBER_OUTPUT_O" && touch "$LIMBER_OUTPUT_O/a\\b"', outputs: [o] }
`);
    workspace.write(
      'stages/nan.mjs',
      `import { writeFileSync } from 'node:fs';
      export default { async run({ outputs, plot }) {
        writeFileSync(outputs.text, '');
        plot('loss', 1, NaN);
        plot('loss', 2, 1);
        return { metrics: { good: 1, bad: NaN } };
      } };`,
    );
    const { result, lines } = await linesOf(workspace, { keepGoing: true });
    expect(lines).toEqual(['the metric "bad" is NaN, which is not kept']);
    expect(errorOf(result, 'wrong')).toMatch(
      /o holds "a\\\\b", a name that not every system can keep\. Leave out backslashes and drive letters, and make it shorter than 255 bytes\.$/,
    );
    const again = await workspace.run({ keepGoing: true });
    expect(again.stages[0]).toMatchObject({ outcome: 'cached', metrics: { good: 1 } });
  });
});

function readArtifactOf({ root }: TestWorkspace, pipeline: string): Artifact['outputs'][] {
  const state = stateFolder(root);
  const run = JSON.parse(
    readFileSync(join(root, `runs/${pipeline}/latest/run.json`), 'utf8'),
  ) as PipelineResult;
  return run.stages.map(({ fingerprint }) => readArtifact(state, fingerprint!)!.outputs);
}
