import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limber, root } from './limber-command.ts';

let folder: string;
let project: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-init-'));
  project = join(folder, 'My Poses');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('limber init makes a project with the pipelines of this repository', async () => {
  const { exitCode, stdout, stderr } = await limber(['init', 'My Poses'], folder);
  expect(exitCode, stderr).toBe(0);
  expect(stdout.split('\n').slice(1)).toEqual([
    '  cd "My Poses" && npm install',
    '  npx limber pipeline run finetune --set data=photographs',
    '',
  ]);
  expect((await readdir(project, { recursive: true })).toSorted()).toEqual([
    '.gitignore',
    'package.json',
    'photographs',
    'photographs/README.md',
    'pipelines',
    'pipelines/coco.yaml',
    'pipelines/distill.yaml',
    'pipelines/finetune.yaml',
    'pipelines/label.yaml',
    'pipelines/squat.yaml',
  ]);
  const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as unknown;
  expect(manifest).toMatchObject({ name: 'my-poses', dependencies: { '@limber/cli': '0.1.0' } });
  expect(await readFile(join(project, 'pipelines/finetune.yaml'), 'utf8')).toBe(
    await readFile(join(root, 'pipelines/finetune.yaml'), 'utf8'),
  );
});

test('a folder that holds something is refused and left as it is', async () => {
  const taken = join(folder, 'taken');
  await mkdir(taken);
  await writeFile(join(taken, 'mine.txt'), '');
  const { exitCode, stderr } = await limber(['init', 'taken'], folder);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the output folder is not empty');
  expect(await readdir(taken)).toEqual(['mine.txt']);
});

test('outside of a project a pipeline is not found, and init is named', async () => {
  const { exitCode, stderr } = await limber(['pipeline', 'run', 'finetune'], folder);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    `There is no pipeline "finetune" in ${join(folder, 'pipelines')}. There are none: is this your project's folder? \`limber init <folder>\` makes one.`,
  );
});

test('in the project the pipeline is found, and says that the photographs are missing', async () => {
  const words = ['pipeline', 'run', 'finetune', '--set', 'data=photographs'];
  const { exitCode, stderr } = await limber(words, project);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    'photographs: no annotations were found: expected COCO (JSON with images, annotations and categories)',
  );
});

test('with photographs every stage would run', async () => {
  const photographs = join(project, 'photographs');
  const readme = await readFile(join(photographs, 'README.md'), 'utf8');
  const example = /^ {4}(\{"images".*?\]\})$/ms.exec(readme)![1]!;
  await writeFile(join(photographs, 'annotations.json'), JSON.stringify(JSON.parse(example)));
  await mkdir(join(photographs, 'images'));
  const words = ['pipeline', 'run', 'finetune', '--set', 'data=photographs', '--dry-run', '--json'];
  const { exitCode, stdout, stderr } = await limber(words, project);
  expect(exitCode, stderr).toBe(0);
  const { stages } = JSON.parse(stdout) as { stages: { name: string; outcome: string }[] };
  expect(stages.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(
    ['build', 'pack', 'train', 'evaluate', 'report'].map((name) => `${name} run`),
  );
});
