import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotBeRead, LimberError, suggestName } from '@limber/files';
import { pretrainedNames } from '@limber/model-zoo/models';
import { z } from 'zod';

/** A model that labels. */
export interface Teacher {
  /** Goes into every label: `movenet-thunder`, or the architecture and digest of a model of one's own. */
  readonly name: string;
  /** What `loadPredictor` takes. */
  readonly weights: string;
}

/** Names that are quicker to type. */
const shortNames: Readonly<Record<string, (typeof pretrainedNames)[number]>> = {
  movenet: 'movenet-thunder',
};
const knownNames: readonly string[] = [...Object.keys(shortNames), ...pretrainedNames];

/** Where the model lies in a folder that was named: it is the folder, or a run of a pipeline. */
const places = ['', 'model', 'train/model'];

const schema = z.looseObject({
  spec: z.looseObject({ name: z.string() }),
  weights: z.looseObject({ sha256: z.string() }),
});

/** How much of a digest tells models apart. */
const shownDigits = 12;

/**
 * Finds a teacher by what the user calls it.
 *
 * @param called - `movenet`, a published model, the folder of a trained model, or of a run such as `runs/squat/latest`.
 * @throws {LimberError} `missing-file` if there is none; `corrupt-data` for a damaged `model.json`.
 */
export async function findTeacher(called: string): Promise<Teacher> {
  const published = shortNames[called] ?? pretrainedNames.find((name) => name === called);
  if (published !== undefined) return { name: published, weights: published };
  const weights = places
    .map((place) => join(called, place))
    .find((folder) => existsSync(join(folder, 'model.json')));
  if (weights === undefined) {
    throw new LimberError('missing-file', {
      where: called,
      what: 'no such teacher',
      expected: `${knownNames.join(', ')}, or the folder of a trained model or of a run`,
      got: existsSync(called) ? 'a folder without a model' : 'no such folder',
      ...(existsSync(called) ? {} : { fix: suggestName(called, knownNames).trim() }),
    });
  }
  const file = join(weights, 'model.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw cannotBeRead(file, cause);
  });
  return { name: nameOf(text, file), weights };
}

function nameOf(text: string, file: string): string {
  try {
    const { spec, weights } = schema.parse(JSON.parse(text));
    return `${spec.name} ${weights.sha256.slice(0, shownDigits)}`;
  } catch (cause) {
    const expected = 'what training writes';
    const problem = { where: file, what: 'not the description of a model', expected };
    throw new LimberError('corrupt-data', problem, { cause });
  }
}
