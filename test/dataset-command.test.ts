import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limber, main } from './limber-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-dataset-'));
  vi.stubEnv('LIMBER_CACHE_DIR', join(folder, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

interface TestDataset {
  readonly joints: readonly string[];
  readonly name: string;
  readonly brightness: number;
}

/** Four clips of two images, each with one person. */
async function writeDataset({ joints, name, brightness }: TestDataset): Promise<string> {
  const root = join(folder, name);
  const files = Array.from({ length: 8 }, (_, index) => `clip${index >> 1}/${index}.jpg`);
  for (const [index, file] of files.entries()) {
    await mkdir(join(root, 'images', `clip${index >> 1}`), { recursive: true });
    const background = { r: index * 30, g: brightness, b: 90 };
    await sharp({ create: { width: 60, height: 80, channels: 3, background } })
      .jpeg()
      .toFile(join(root, 'images', file));
  }
  const images = files.map((file_name, index) => ({
    id: index + 1,
    file_name,
    width: 60,
    height: 80,
  }));
  const annotations = images.map(({ id }) => ({
    id,
    image_id: id,
    category_id: 1,
    keypoints: joints.flatMap((_, joint) => [
      20 + joint * 5,
      30 + joint * 5,
      joint % 2 === 0 ? 2 : 1,
    ]),
    bbox: [10, 20, 40, 50],
  }));
  const categories = [{ id: 1, name: 'person', keypoints: joints }];
  await writeFile(
    join(root, 'annotations.json'),
    JSON.stringify({ images, annotations, categories }),
  );
  return root;
}

const arms = ['left_shoulder', 'left_elbow', 'left_wrist'];

test('build recognises the format, says what it decided, and names what it skipped', async () => {
  const data = await writeDataset({ name: 'walks', joints: arms, brightness: 60 });
  await writeFile(join(data, 'images/clip0/1.jpg'), 'no image');
  const words = ['dataset', 'build', data, join(folder, 'out'), '--val', '0.5', '--json'];
  const failed = await limber(words, folder);
  expect(failed.exitCode).toBe(2);
  expect(failed.stderr).toContain('images[1] (id 2).file_name: "clip0/1.jpg" cannot be decoded');
  const { exitCode, stdout, stderr } = await limber([...words, '--on-bad-image', 'skip'], folder);
  expect(stderr).toContain('COCO: annotations.json: 8 images, images in images/\n');
  expect(stderr).toContain(
    'walks: images of one folder are a group: "clip1", "clip2" and 1 more (by their names)\n',
  );
  expect(exitCode).toBe(0);
  const summary = JSON.parse(stdout) as {
    skipped: { where: string }[];
    splits: { images: number }[];
  };
  expect(summary.skipped.map(({ where }) => where)).toEqual(['walks: clip0/1.jpg']);
  expect(summary.splits.reduce((sum, { images }) => sum + images, 0)).toBe(7);
  const limited = [
    ...words.with(3, join(folder, 'other')),
    '--on-bad-image',
    'skip',
    '--skip-limit',
    '0',
  ];
  expect((await limber(limited, folder)).stderr).toContain('expected at most 0, got 1');
});

test('pack says how far it is, and where the shards are', async () => {
  const data = await writeDataset({ name: 'walks', joints: arms, brightness: 60 });
  const { exitCode, stderr } = await limber(['dataset', 'build', data, 'built'], folder);
  expect(exitCode, stderr).toBe(0);
  const packed = await limber(['pack', 'built', 'shards', '--input-size', '64x48'], folder);
  expect(packed.exitCode, packed.stderr).toBe(0);
  expect(packed.stderr).toMatch(/Packing images.*\d+ of \d+/);
  expect(packed.stdout).toMatch(/^\d+ persons packed into shards\n$/);
});

test('convert writes YOLO-pose and COCO again; merge takes joints over by name', async () => {
  const data = await writeDataset({ name: 'walks', joints: arms, brightness: 60 });
  const other = await writeDataset({
    name: 'runs',
    joints: ['left_wrist', 'tail'],
    brightness: 200,
  });
  const yolo = join(folder, 'yolo');
  const first = await limber(['dataset', 'convert', data, yolo, '--to', 'yolo-pose'], folder);
  expect([first.exitCode, first.stdout]).toEqual([
    0,
    `train: 8 images, 8 persons, 33% of the joints hidden\nDataset: ${yolo}\n`,
  ]);
  expect(await readFile(join(yolo, 'data.yaml'), 'utf8')).toContain('kpt_shape:\n  - 3\n  - 3\n');
  const back = await limber(['dataset', 'convert', yolo, 'coco', '--to', 'coco', '--json'], folder);
  expect(back.exitCode).toBe(0);
  const merge = ['dataset', 'merge', 'all', yolo, other, '--val', '0.2'];
  const refused = await limber(merge, folder);
  expect([refused.exitCode, refused.stderr]).toEqual([
    2,
    expect.stringContaining('source "runs": other joints than source "yolo"'),
  ]);
  const merged = await limber([...merge, '--joints', 'coco-17'], folder);
  expect(merged.exitCode).toBe(0);
  expect((await readdir(join(folder, 'all/images'))).toSorted()).toEqual(['runs', 'yolo']);
});

test('lint exits with 1 for errors, writes a page and a fixed copy; stats counts', async () => {
  const data = await writeDataset({ name: 'walks', joints: arms, brightness: 60 });
  const file = join(data, 'annotations.json');
  const before = await readFile(file, 'utf8');
  await writeFile(join(data, 'images/clip3/7.jpg'), 'no image');
  const words = ['dataset', 'lint', data, '--html', 'page.html', '--fix', 'fixed', '--json'];
  const { exitCode, stdout } = await limber(words, folder);
  expect(exitCode).toBe(1);
  const { findings } = JSON.parse(stdout) as { findings: Record<string, unknown>[] };
  const [bad] = findings.filter(({ rule }) => rule === 'bad-image');
  expect(bad).toMatchObject({ severity: 'error', image: 'clip3/7.jpg', file: 'walks' });
  const page = await readFile(join(folder, 'page.html'), 'utf8');
  expect(page).toContain('clip3/7.jpg');
  expect(await readFile(file, 'utf8')).toBe(before);
  const mended = await limber(['dataset', 'lint', 'fixed'], folder);
  expect([mended.exitCode, mended.stdout]).toEqual([
    0,
    expect.stringContaining('7 images, 7 persons'),
  ]);
  const numbers = await limber(['dataset', 'stats', 'fixed', '--html', 'stats.html'], folder);
  expect(numbers.stdout).toContain('left_elbow         0%   100%           0%');
  expect(await readFile(join(folder, 'stats.html'), 'utf8')).toContain('<svg');
});

test('a folder without annotations and a wrong flag are wrong usage', async () => {
  const empty = await limber(['dataset', 'stats', folder], folder);
  expect([empty.exitCode, empty.stderr]).toEqual([
    2,
    expect.stringContaining(
      `${folder}: no annotations were found: expected COCO (JSON with images`,
    ),
  ]);
  const flag = await limber(['dataset', 'convert', folder, 'out', '--to', 'pascal'], folder);
  expect([flag.exitCode, flag.stderr]).toEqual([
    2,
    expect.stringContaining('Allowed choices are coco, yolo-pose'),
  ]);
});

test('Ctrl-C while the corrected copy is written ends with 130, and nothing is half-written', async () => {
  const data = await writeDataset({ name: 'walks', joints: arms, brightness: 60 });
  const file = join(data, 'annotations.json');
  const json = JSON.parse(await readFile(file, 'utf8')) as Record<string, { id: number }[]>;
  const [image, annotation] = [json['images']![0]!, json['annotations']![0]!];
  const ids = Array.from({ length: 600 }, (_, index) => index + 1);
  for (const id of ids) {
    await copyFile(join(data, 'images/clip0/0.jpg'), join(data, `images/${id}.jpg`));
  }
  const many = {
    ...json,
    images: ids.map((id) => ({ ...image, id, file_name: `${id}.jpg` })),
    annotations: ids.map((id) => ({ ...annotation, id, image_id: id })),
  };
  await writeFile(file, JSON.stringify(many));
  const words = [main, 'dataset', 'lint', data, '--fix', 'fixed', '--html', 'page.html'];
  const child = spawn(process.execPath, words, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
    if (stderr.includes('Writing a corrected copy')) child.kill('SIGINT');
  });
  const exitCode = await new Promise((done) => child.on('close', done));
  expect(stderr).toMatch(/Interrupted: nothing was written\.\n$/);
  expect(exitCode).toBe(130);
  expect((await readdir(folder)).toSorted()).toEqual(['cache', 'walks']);
});
