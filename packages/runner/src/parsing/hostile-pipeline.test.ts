import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestWorkspace } from '../execution/test-workspace.suite.ts';
import { PipelineError } from '../pipeline-error.ts';

/** What a hostile or mistaken pipeline is refused with; the store must not exist afterwards. */
async function refusalOf(text: string): Promise<string> {
  try {
    await createTestWorkspace(text).run();
  } catch (error) {
    if (error instanceof PipelineError) return error.message.split('\n')[0]!;
    throw error;
  }
  return 'was accepted';
}

const outputAt = (path: string): string =>
  `name: hostile\nstages:\n  a:\n    run: echo\n    outputs:\n      x: ${path}\n`;

it.each([
  ['../x', '"../x"'],
  ['/etc/x', '"/etc/x"'],
  ['a/../../x', '"a/../../x"'],
  ["'..\\x'", '"..\\x"'],
  ["'C:/x'", '"C:/x"'],
  ['"a\\0b"', '"a\0b"'],
  ['./.', '"./."'],
])('an output at %s is refused', async (path, shown) => {
  expect(await refusalOf(outputAt(path))).toBe(
    `Stage "a": output "x" must lie inside the stage's own folder, got ${shown}. Use a relative path without "..". (pipeline.yaml:6:10)`,
  );
});

it('names that would be paths are refused', async () => {
  expect(await refusalOf('name: ../x\nstages: { a: { run: echo } }\n')).toContain(
    'pipeline.yaml:1:7',
  );
  const stage = await refusalOf('name: x\nstages:\n  ../a: { run: echo }\n');
  expect(stage).toContain('"stages.../a" is no valid name');
  expect(stage).toContain('pipeline.yaml:3:3');
  const proto = await refusalOf('name: x\nstages:\n  __proto__: { run: echo }\n');
  expect(proto).toContain('pipeline.yaml:3:3');
});

it('lists nested without end, and aliases that multiply, are refused', async () => {
  expect(await refusalOf(`name: ${'['.repeat(200_000)}`)).toMatch(
    /^Lists or maps lie too deep in each other. \(pipeline.yaml:1:\d+\)$/,
  );
  const lines = ['l0: &l0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++) {
    lines.push(
      `l${level}: &l${level} [${Array(9)
        .fill(`*l${level - 1}`)
        .join(', ')}]`,
    );
  }
  expect(await refusalOf(lines.join('\n'))).toMatch(
    /resource exhaustion.*\(pipeline.yaml:9:\d+\)$/,
  );
  const merged = await refusalOf('name: &n { <<: *n }\nstages: { a: { run: echo } }\n');
  expect(merged).toMatch(/\(pipeline.yaml:1:\d+\)$/);
});

it('a file of 50 MB is refused without being read', async () => {
  const workspace = createTestWorkspace('');
  const file = openSync(join(workspace.root, 'pipeline.yaml'), 'w');
  ftruncateSync(file, 50e6);
  closeSync(file);
  await expect(workspace.run()).rejects.toThrow(
    'A pipeline file holds at most 1048576 characters, this one holds 50000000 bytes. (pipeline.yaml:1:1)',
  );
});

it('an output that leads out through a symbolic link is refused, and what is there stays', async () => {
  const outside = createTestWorkspace('');
  outside.write('precious/x', 'precious');
  const workspace = createTestWorkspace(`name: links
stages:
  a:
    run: cd "$(dirname "$LIMBER_OUTPUT_X")/.." && rm -r sub && ln -s ${outside.root}/precious sub
    outputs: { x: sub/x }
  b:
    needs: a
    run: ln -s ${outside.root}/precious/x "$LIMBER_OUTPUT_Y"
    outputs:
      y: y
`);
  const { stages } = await workspace.run({ keepGoing: true });
  expect(stages[0]!.error).toBe(
    'Stage "a": output "x" leads out of the stage\'s own folder through a symbolic link. Copy the files instead. (pipeline.yaml:5:19)',
  );
  const second = await createTestWorkspace(
    `name: links\nstages:\n  b:\n    run: ln -s ${outside.root}/precious/x "$LIMBER_OUTPUT_Y"\n    outputs:\n      y: y\n`,
  ).run();
  expect(second.stages[0]!.error).toContain('(pipeline.yaml:6:10)');
  expect(outside.read('precious/x')).toBe('precious');
});

it('an input that is a folder in a circle is refused', async () => {
  const workspace = createTestWorkspace(
    'name: circle\nstages: { a: { run: echo, inputs: { x: circle } } }\n',
  );
  mkdirSync(join(workspace.root, 'circle'));
  symlinkSync('..', join(workspace.root, 'circle/up'));
  writeFileSync(join(workspace.root, 'circle/file'), '');
  const { stages } = await workspace.run();
  expect(stages[0]).toMatchObject({ outcome: 'failed', invalidInput: true });
  expect(stages[0]!.error).toMatch(/is a symbolic link to a folder around it\.$/);
});
