import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestWorkspace, editingPipeline, errorOf } from './test-workspace.suite.ts';

const advice =
  'Inputs are for reading only; copy what has to change to the working folder first. Its result is not kept.';

describe('a stage that changes what it was given', () => {
  it.each([
    ['echo x >> "$LIMBER_INPUT_TREE/sub/a.txt"', 'tree', 'sub/a.txt was changed'],
    ['rm "$LIMBER_INPUT_TREE/sub/a.txt"', 'tree', 'sub/a.txt was removed'],
    ['touch "$LIMBER_INPUT_TREE/sub/labels.cache"', 'tree', 'sub/labels.cache was added'],
    ['mkdir "$LIMBER_INPUT_TREE/empty"', 'tree', 'empty/ was added'],
    ['echo x > "$LIMBER_INPUT_FILE"', 'file', 'file was changed'],
    ['rm "$LIMBER_INPUT_FILE"', 'file', 'file was removed'],
  ])('by %s fails, and harms nobody else', async (edit, input, change) => {
    const workspace = createTestWorkspace(editingPipeline(edit));
    expect(errorOf(await workspace.run(), 'edit')).toBe(
      `Stage "edit" changed its input "${input}": ${change}. ${advice}`,
    );
    workspace.write(
      'pipeline.yaml',
      editingPipeline('cat "$LIMBER_INPUT_FILE"; ls "$LIMBER_INPUT_TREE"'),
    );
    expect((await workspace.run()).outcome).toBe('done');
    const made = join(workspace.root, 'runs/editing/latest/make');
    expect(readdirSync(join(made, 'tree'), { recursive: true, encoding: 'utf8' }).sort()).toEqual([
      'sub',
      'sub/a.txt',
    ]);
    expect(readFileSync(join(made, 'tree/sub/a.txt'), 'utf8')).toBe('one\n');
    expect(readFileSync(join(made, 'file'), 'utf8')).toBe('two\n');
  });

  it('fails also where that is a folder of several outputs, and when it fails itself', async () => {
    const gathering = (edit: string): string => `name: gathering
stages:
  make:
    matrix: { number: [1, 2] }
    run: echo "$LIMBER_PARAM_NUMBER" > "$LIMBER_OUTPUT_FILE"
    with: { number: '\${{ matrix.number }}' }
    outputs: [file]
  gather:
    run: ${edit}
    inputs: { all: '\${{ stages.make.file }}' }
    outputs: [sum]
`;
    const workspace = createTestWorkspace(
      gathering('echo 3 > "$LIMBER_INPUT_ALL/2"; touch "$LIMBER_OUTPUT_SUM"'),
    );
    expect(errorOf(await workspace.run(), 'gather')).toBe(
      `Stage "gather" changed its input "all": 2 was changed. ${advice}`,
    );
    workspace.write('pipeline.yaml', gathering('touch "$LIMBER_INPUT_ALL/3"; exit 4'));
    expect(errorOf(await workspace.run(), 'gather')).toBe(
      `The command ended with exit code 4. Stage "gather" changed its input "all": 3 was added. ${advice}`,
    );
    workspace.write('pipeline.yaml', gathering('cat "$LIMBER_INPUT_ALL"/* > "$LIMBER_OUTPUT_SUM"'));
    expect((await workspace.run()).outcome).toBe('done');
    expect(workspace.read('runs/gathering/latest/gather/sum')).toBe('1\n2\n');
  });

  it('does not fail for making links to it', async () => {
    const workspace = createTestWorkspace(
      editingPipeline('ln "$LIMBER_INPUT_FILE" "$LIMBER_WORK_DIR/own"'),
    );
    expect((await workspace.run()).outcome).toBe('done');
  });
});
