import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '@limber/engine';
import { createModel, saveModel } from '@limber/model-zoo';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limber } from './limber-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'limber-predict-'));
const skeleton = {
  name: 'person',
  keypoints: ['head', 'left_hand', 'right_hand'],
  links: [[0, 1] as const, [0, 2] as const],
  pairs: [[1, 2] as const],
  upperBody: [0, 1, 2],
  lowerBody: [],
  sigmas: [0.1, 0.1, 0.1],
};

beforeAll(async () => {
  const engine = await loadEngine({ backend: 'javascript' });
  const inputSize = { height: 64, width: 32 };
  const model = createModel(engine, { name: 'limber-tiny', inputSize, jointCount: 3 }, { seed: 4 });
  await saveModel(join(folder, 'model'), model, { skeleton });
  model.dispose();
  mkdirSync(join(folder, 'photos/deep'), { recursive: true });
  for (const [name, color] of Object.entries({ 'b.png': '#804020', 'deep/a.jpg': '#208040' })) {
    const create = { width: 90, height: 120, channels: 3 as const, background: color };
    await sharp({ create }).toFile(join(folder, 'photos', name));
  }
  const boxes = {
    images: [
      { id: 12, file_name: 'photos/deep/a.jpg' },
      { id: 7, file_name: 'b.png' },
    ],
    annotations: [
      { image_id: 12, bbox: [10, 10, 30, 60] },
      { image_id: 12, bbox: [50, 10, 30, 60] },
      { image_id: 7, bbox: [0, 0, 90, 120], iscrowd: 1 },
    ],
  };
  writeFileSync(join(folder, 'boxes.json'), JSON.stringify(boxes));
  writeFileSync(join(folder, 'photos-broken.jpg'), 'no image');
});
afterAll(() => rmSync(folder, { recursive: true }));

const predict = (...words: string[]) => limber(['predict', '--weights', 'model', ...words], folder);

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

async function predictWithoutPath(...words: string[]): ReturnType<typeof limber> {
  return await limber(['predict', '--weights', 'model', ...words], folder, { PATH: folder });
}

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
}

interface Result {
  readonly image_id: number;
  readonly keypoints: readonly number[];
  readonly bbox: readonly number[];
}

describe('limber predict', () => {
  test('each box of a COCO file gets a pose; crowds do not', async () => {
    const { exitCode, stdout } = await predict('photos', '--boxes', 'boxes.json', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      images: 2,
      persons: 2,
      skipped: [],
      out: 'predictions',
      files: ['results.json', 'images.json', 'keypoints.csv'],
    });
    const results = readJson('predictions', 'results.json') as Result[];
    expect(results.map(({ image_id, bbox }) => [image_id, bbox])).toEqual([
      [12, [10, 10, 30, 60]],
      [12, [50, 10, 30, 60]],
    ]);
    expect(results.every(({ keypoints }) => keypoints.length === 9)).toBe(true);
    const { images, categories } = readJson('predictions', 'images.json') as {
      images: object[];
      categories: object[];
    };
    expect(images).toEqual([
      { id: 7, file_name: 'b.png', width: 90, height: 120 },
      { id: 12, file_name: 'deep/a.jpg', width: 90, height: 120 },
    ]);
    expect(categories).toEqual([
      {
        id: 1,
        name: 'person',
        keypoints: skeleton.keypoints,
        skeleton: [
          [1, 2],
          [1, 3],
        ],
      },
    ]);
    const csv = readFileSync(join(folder, 'predictions/keypoints.csv'), 'utf8').trim().split('\n');
    expect(csv).toHaveLength(1 + 2 * 3);
    expect(csv[0]).toBe('file,image_id,person,person_score,joint,x,y,score');
    expect(csv[1]).toMatch(/^deep\/a\.jpg,12,1,[\d.]+,head,/);
    const drawn = readdirSync(join(folder, 'predictions/images'), {
      recursive: true,
      encoding: 'utf8',
    });
    expect(drawn.toSorted()).toEqual(['b.jpg', 'deep', 'deep/a.jpg']);
  });

  test('earlier predictions are replaced, another folder is not', async () => {
    const again = await predict('photos/b.png', '--whole-image', '--out', 'predictions');
    expect(again.stdout).toContain('1 person in 1 image.');
    expect(readdirSync(join(folder, 'predictions/images'))).toEqual(['b.jpg']);
    const refused = await predict('photos/b.png', '--whole-image', '--out', 'photos');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(
      'photos: the output folder is not empty: expected no folder of this name, or an empty one, or one of predictions, got 2 entries.',
    );
    expect(readdirSync(join(folder, 'photos')).sort()).toEqual(['b.png', 'deep']);
  });

  test.runIf(hasFfmpeg)(
    'a video becomes a result a frame, persons with numbers, and a video',
    async () => {
      const source = ['-f', 'lavfi', '-i', 'testsrc=size=91x60:rate=10:duration=0.5'];
      execFileSync('ffmpeg', ['-v', 'error', ...source, join(folder, 'clip.mkv')]);
      const { stdout, stderr } = await predict(
        'clip.mkv',
        '--whole-image',
        '--smooth',
        '--out',
        'v',
      );
      expect(stdout, stderr).toContain('5 persons in 5 frames.');
      const results = readJson('v', 'results.json') as (Result & { readonly track_id: number })[];
      expect(results.map(({ image_id, track_id }) => [image_id, track_id])).toEqual(
        [1, 2, 3, 4, 5].map((frame) => [frame, expect.any(Number)]),
      );
      const { images } = readJson('v', 'images.json') as { images: object[] };
      expect(images[4]).toEqual({
        id: 5,
        file_name: 'clip/000005.png',
        width: 91,
        height: 60,
        frame: 4,
        seconds: 0.4,
      });
      const csv = readFileSync(join(folder, 'v/keypoints.csv'), 'utf8').trim().split('\n');
      expect(csv[0]).toBe('file,image_id,frame,seconds,person,person_score,joint,x,y,score');
      expect(csv).toHaveLength(1 + 5 * 3);
      const probe = ['-v', 'error', '-count_frames', '-of', 'csv=p=0', '-show_entries'];
      const drawn = join(folder, 'v/videos/clip.mp4');
      const found = execFileSync(
        'ffprobe',
        [...probe, 'stream=width,height,avg_frame_rate,nb_read_frames', drawn],
        { encoding: 'utf8' },
      );
      expect(found.trim()).toBe('92,60,10/1,5');
    },
  );

  test.runIf(hasFfmpeg)(
    'a file that is no video is refused by name, and nothing is left',
    async () => {
      writeFileSync(join(folder, 'text.mp4'), 'no video');
      const { exitCode, stderr } = await predict('text.mp4', '--whole-image', '--out', 'none');
      expect(exitCode).toBe(2);
      expect(stderr).toContain('text.mp4: ffprobe failed: got ');
      expect(existsSync(join(folder, 'none'))).toBe(false);
    },
  );

  test('without ffmpeg, a video is refused with what to install', async () => {
    const { exitCode, stderr } = await predictWithoutPath('clip.mkv', '--whole-image');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'clip.mkv: needs ffprobe, which is not installed. Install ffmpeg, such as by `apt-get install ffmpeg` or `brew install ffmpeg`.',
    );
  });

  test.each([
    [
      ['clip.mkv', 'photos'],
      'photos: images and videos at once. Predict them one after the other, each into an --out of its own.',
    ],
    [['clip.mkv', '--boxes', 'boxes.json'], '--boxes names images, and not frames of videos.'],
    [['nothing'], 'nothing: no such file or folder: expected images (jpg, '],
    [['model'], 'model: no image in this folder: expected images (jpg, '],
    [
      ['photos-broken.jpg', '--whole-image'],
      'photos-broken.jpg: not a readable image: expected a complete JPEG, PNG, WebP, AVIF, TIFF or GIF',
    ],
    [
      ['photos', '--boxes', 'boxes.json', '--whole-image'],
      '--boxes and --whole-image say two things about where the persons are. Leave one of them out.',
    ],
    [['photos', '--boxes', 'model/model.json'], 'model/model.json: images: not a COCO file'],
    [['photos', '--boxes', 'none.json'], 'none.json: cannot be read: got no such file.'],
  ])('%j is refused', async (words, message) => {
    const { exitCode, stdout, stderr } = await predict(...words, '--out', 'refused');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(readdirSync(folder).filter((name) => name.includes('refused'))).toEqual([]);
  });

  test('bad images are left out by name when asked', async () => {
    const words = ['photos', 'photos-broken.jpg', '--whole-image', '--skip-bad-images'];
    const { exitCode, stdout } = await predict(...words, '--out', 'skipped');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('2 persons in 2 images.\nleft out: photos-broken.jpg: ');
  });
});

describe('limber export', () => {
  test('a model goes out as safetensors with what belongs to it', async () => {
    const words = [
      'export',
      '--weights',
      'model',
      '--format',
      'safetensors',
      '--out',
      'm.safetensors',
    ];
    const { exitCode, stdout } = await limber([...words, '--json'], folder);
    expect(exitCode).toBe(0);
    const { metadata } = JSON.parse(stdout) as { metadata: Record<string, unknown> };
    expect(metadata).toMatchObject({ architecture: 'limber-tiny' });
    expect(readdirSync(folder)).toContain('m.safetensors');
  });

  test('an unknown format is refused with the known ones', async () => {
    const words = ['export', '--weights', 'model', '--format', 'coreml', '--out', 'x'];
    const { exitCode, stderr } = await limber(words, folder);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Allowed choices are onnx, tfjs, safetensors, web');
  });
});
