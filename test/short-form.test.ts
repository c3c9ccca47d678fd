import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coco17 } from '@limber/keypoints';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limber, root } from './limber-command.ts';

/** The first joints of the person; what follows is not labelled. */
const labelled = [
  200, 150, 2, 195, 160, 2, 205, 160, 2, 190, 170, 1, 210, 170, 2, 180, 220, 2, 220, 220, 2, 160,
  270, 0,
];
const keypoints = [
  ...labelled,
  ...Array<number>(coco17.keypoints.length * 3 - labelled.length).fill(0),
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-short-form-'));
  await mkdir(join(folder, 'data/images'), { recursive: true });
  for (const [name, background] of [
    ['one.jpg', '#777'],
    ['two.jpg', '#373'],
  ] as const) {
    const create = { width: 256, height: 192, channels: 3, background } as const;
    await sharp({ create })
      .jpeg()
      .toFile(join(folder, 'data/images', name));
  }
  const dataset = {
    images: ['one.jpg', 'two.jpg'].map((file_name, at) => ({
      id: at + 1,
      file_name,
      width: 256,
      height: 192,
    })),
    annotations: [
      { id: 1, image_id: 1, category_id: 1, keypoints, bbox: [150, 100, 100, 200] },
      {
        id: 2,
        image_id: 2,
        category_id: 1,
        keypoints: coco17.keypoints.flatMap((_, joint) => [100 + joint, 60 + 4 * joint, 2]),
        bbox: [80, 40, 60, 100],
      },
    ],
    categories: [{ name: 'person', keypoints: coco17.keypoints }],
  };
  await writeFile(join(folder, 'data/annotations.json'), JSON.stringify(dataset));
  await cp(join(root, 'pipelines'), join(folder, 'pipelines'), { recursive: true });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const words = ['pipeline', 'run', 'coco', '--only', 'build', '--set', 'data=data'];

test('the short form is built, and points and boxes outside their image are named', async () => {
  const { exitCode, stderr } = await limber([...words, '--set', 'build.val=0.5'], folder);
  expect(exitCode).toBe(0);
  const outside = '"one.jpg" is 256 wide and 192 high';
  expect(stderr).toContain(
    `annotations[0] (id 1).keypoints[15] (left_shoulder): (180, 220) is outside the image: ${outside}`,
  );
  expect(stderr).toContain(
    `annotations[0] (id 1).bbox: [150, 100, 100, 200] reaches outside the image: ${outside}`,
  );
});

test('strict refuses it, naming the first and how many more', async () => {
  const strict = ['--set', 'build.val=0.5', '--set', 'build.strict=true'];
  const { exitCode, stderr } = await limber([...words, ...strict], folder);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('(left_shoulder): (180, 220) is outside the image');
  expect(stderr).toContain('(and 2 more). Correct the file, or read it without strict.');
});
