import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@limber/keypoints';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildDamaged, mutateBytes, mutateText, mutations } from './fuzz.suite.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-fuzz-'));
  await mkdir(join(folder, 'data'));
});
afterEach(() => rm(folder, { recursive: true }));

/** There are four kinds. */
const imageMutations = Math.ceil(mutations / 4);

test.each(['jpeg', 'png', 'webp', 'tiff'] as const)(
  'photographs: a %s that is changed anywhere is taken, or named; never half a dataset',
  async (kind) => {
    const file = join(folder, `data/a.${kind}`);
    const pixels = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919) % 251));
    const image = sharp(pixels, { raw: { width: 40, height: 25, channels: 3 } });
    const bytes = await image.toFormat(kind).toBuffer();
    let refused = 0;
    for (let round = 0; round < imageMutations; round++) {
      await writeFile(file, mutateBytes(bytes, createRandom(1, kind, round)));
      const error = await buildDamaged(folder, 'images', round);
      if (error === undefined) continue;
      refused += 1;
      expect(error.message, `round ${round}`).toContain(`a.${kind}`);
    }
    expect(refused).toBeGreaterThan(0);
  },
  600_000 + mutations * 200,
);

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
/** Each takes a process. */
const videoMutations = Math.ceil(mutations / 10);

test.runIf(hasFfmpeg)(
  'videos: one that is changed anywhere gives its frames, or is named; never half a dataset',
  async () => {
    const [video, annotations] = ['walk.mp4', 'frames.json'].map((name) =>
      join(folder, 'data', name),
    ) as [string, string];
    const source = 'testsrc=size=64x48:rate=5:duration=1';
    const made = spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, video]);
    expect(String(made.stderr)).toBe('');
    const images = [1, 2, 5].map((id) => ({
      id,
      file_name: `walk/${id}.png`,
      width: 64,
      height: 48,
    }));
    const persons = images.map(({ id }) => ({
      id,
      image_id: id,
      category_id: 1,
      keypoints: [10, 12, 2],
      bbox: [5, 5, 20, 20],
    }));
    const categories = [{ id: 1, name: 'person', keypoints: ['nose'] }];
    const text = JSON.stringify({ images, annotations: persons, categories });
    await writeFile(annotations, text);
    expect(await buildDamaged(folder, 'video', 0)).toBe(undefined);
    const bytes = await readFile(video);
    for (let round = 0; round < videoMutations; round++) {
      const random = createRandom(1, 'video', round);
      const isVideo = random.chance(0.7);
      if (isVideo) await writeFile(video, mutateBytes(bytes, random));
      else await writeFile(annotations, mutateText(text, random));
      await buildDamaged(folder, 'video', round);
      await writeFile(isVideo ? video : annotations, isVideo ? bytes : text);
    }
  },
  600_000 + mutations * 1000,
);
