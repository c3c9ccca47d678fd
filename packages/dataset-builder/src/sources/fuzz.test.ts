import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import type { Random } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import { expect, test } from 'vitest';
import { buildDataset } from '../building/build-dataset.ts';
import { sampleFiles, writeSample } from './format-samples.suite.ts';
import { openDataset } from './open-dataset.ts';

/** `LIMBER_SOURCE_MUTATIONS=5000` is the long form. */
const mutations = Number(process.env['LIMBER_SOURCE_MUTATIONS'] ?? 150);

const values = [
  'null',
  '-1',
  '1e999',
  '1e308',
  '0',
  '""',
  '[]',
  '{}',
  '"\\u0000"',
  '9007199254740993',
  'true',
  '../../etc/passwd',
  'NaN',
  '-',
  '<',
  '&x;',
  '"',
  '\n',
  '\u0000',
  ' ',
  '0.5',
  '"__proto__"',
  ': &a [*a]',
];

/** Changes one place of a text: a value, some characters, or an end that is missing. */
function mutate(text: string, random: Random): string {
  const at = random.integer(0, Math.max(0, text.length - 1));
  const rest = text.slice(at);
  switch (random.integer(0, 6)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + random.pick(values) + rest;
    case 2:
      return text.slice(0, at) + rest.slice(random.integer(1, 12));
    case 3:
      return text.slice(0, at) + rest.replace(/-?\d+(\.\d+)?/, random.pick(values));
    case 4:
      return text.slice(0, at) + rest.replace(/"[^"]*"/, random.pick(values));
    case 5: {
      const from = random.integer(0, Math.max(0, text.length - 1));
      return text.slice(0, at) + text.slice(from, from + random.integer(1, 60)) + rest;
    }
    default:
      return text.slice(0, at) + String.fromCodePoint(random.integer(0, 255)) + rest.slice(1);
  }
}

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
      let changed = mutate(text, random);
      if (random.chance(0.3)) changed = mutate(changed, random);
      await writeFile(join(data, file), changed);
      const out = join(folder, 'out');
      const error = await openDataset(data, { format })
        .then(({ sources }) =>
          buildDataset({ sources, out, splits: { train: 1, val: 0, test: 0 }, seed: 1 }),
        )
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      const about = `round ${round}: ${String(error)}`;
      if (error === undefined) {
        expect(await readdir(out), about).toContain('dataset.json');
        await rm(out, { recursive: true });
      } else {
        expect(error, about).toBeInstanceOf(LimberError);
        expect((error as LimberError).where ?? '', about).not.toBe('');
        expect((await readdir(folder)).toSorted(), about).toEqual(['data']);
      }
      await writeFile(join(data, file), text);
    }
    await rm(folder, { recursive: true });
  },
  600_000 + mutations * 200,
);
