import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@limber/keypoints';
import { test } from 'vitest';
import { sampleFiles, writeSample } from './format-samples.suite.ts';
import { buildDamaged, mutateText, mutations } from './fuzz.suite.ts';

const formats = ['coco', 'yolo-pose', 'cvat', 'label-studio', 'labelme', 'mpii'] as const;

test.each(formats)(
  '%s: a file that is changed anywhere is read, or named with its place; never half a dataset',
  async (format) => {
    const folder = await mkdtemp(join(tmpdir(), 'limber-fuzz-'));
    const data = join(folder, 'data');
    await writeSample(data, format);
    const originals = Object.entries(sampleFiles(format));
    for (let round = 0; round < mutations; round++) {
      const random = createRandom(1, format, round);
      const [file, text] = random.pick(originals);
      let changed = mutateText(text, random);
      if (random.chance(0.3)) changed = mutateText(changed, random);
      await writeFile(join(data, file), changed);
      await buildDamaged(folder, format, round);
      await writeFile(join(data, file), text);
    }
    await rm(folder, { recursive: true });
  },
  600_000 + mutations * 200,
);
