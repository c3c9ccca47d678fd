import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { rowsAsText } from '../packages/dataset-loader/src/datasets/rows-as-text.suite.ts';
import { limber, root } from './limber-command.ts';

vi.setConfig({ testTimeout: 240_000 });

const folder = mkdtempSync(join(tmpdir(), 'limber-shards-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The images of a split and their persons, as text, but for what names the part that they were rendered in. */
function contentOf(dataset: string, split: string): string[] {
  const path = join(folder, 'runs', dataset);
  const { images, annotations } = JSON.parse(readFileSync(join(path, `${split}.json`), 'utf8')) as {
    readonly images: readonly { readonly file_name: string; readonly group: string }[];
    readonly annotations: readonly object[];
  };
  const pictures = images.map(({ file_name, group }) => [
    group,
    readFileSync(join(path, 'images', file_name)).toString('base64'),
  ]);
  return [...pictures, ...annotations].map((one) => JSON.stringify({ ...one, source_id: null }));
}

test('the pipeline of the documentation that renders in parts makes the dataset of one that does not', async () => {
  const page = readFileSync(join(root, 'docs/scale.md'), 'utf8');
  const [, parted] = /^```yaml\n(# parts\.yaml\n.*?)^```$/ms.exec(page)!;
  const whole = parted!
    .replace('name: parts', 'name: whole')
    .replaceAll(/^ +(matrix|part): .*\n/gm, '')
    .replace(/, part: \{.*?\}\}', count: 2 \}/, '')
    .replace(/ {2}shards:\n[^]*/, '');
  expect(whole).not.toMatch(/part:/);
  for (const [name, text] of Object.entries({ parts: parted!, whole })) {
    writeFileSync(join(folder, `${name}.yaml`), text);
    const words = ['pipeline', 'run', `${name}.yaml`, '--set', 'clips=8', '--json'];
    const { exitCode, stdout, stderr } = await limber(words, folder);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    const { stages } = JSON.parse(stdout) as { readonly stages: readonly { name: string }[] };
    expect(stages).toHaveLength(name === 'parts' ? 8 : 3);
  }
  // A clip's name decides its split, and has the part before it: the whole is compared.
  const splits = ['train', 'val'];
  const contents = (name: string): string[] =>
    splits.flatMap((split) => contentOf(`${name}/latest/build/dataset`, split)).toSorted();
  const rows = async (stage: string): Promise<string[]> => {
    const each = await Promise.all(
      splits.map((split) => rowsAsText(join(folder, 'runs', stage, split))),
    );
    return each.flat().toSorted();
  };
  expect(contents('parts')).toEqual(contents('whole'));
  expect(await rows('parts/latest/shards')).toEqual(await rows('whole/latest/pack'));
});
