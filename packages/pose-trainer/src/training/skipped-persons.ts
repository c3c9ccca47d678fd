import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SkippedSample } from '@limber/dataset-loader';
import { writeFileAtomic } from '@limber/files';

/** The file in the logs that names everybody who was skipped. */
const skippedFile = 'skipped.json';

type Split = 'train' | 'val';

/** A person that could not be shown. */
interface SkippedPerson extends Omit<SkippedSample, 'row'> {
  readonly split: Split;
}

/** Everybody who was skipped in a training, also before it was interrupted. */
export interface SkippedPersons {
  /** Called by the loader of a split. */
  onSkip(split: Split): (skipped: SkippedSample) => void;
  /** Writes the file, if there is anybody to name. */
  save(): Promise<void>;
}

/**
 * Reads who was skipped before, and says each new one once.
 *
 * @param logs - folder of the logs.
 * @param write - is given a line for each.
 */
export async function readSkippedPersons(
  logs: string,
  write: (line: string) => void,
): Promise<SkippedPersons> {
  const file = join(logs, skippedFile);
  const text = existsSync(file) ? await readFile(file, 'utf8') : '[]';
  const before = JSON.parse(text) as readonly SkippedPerson[];
  const keyOf = ({ split, annotationId }: SkippedPerson): string => `${split} ${annotationId}`;
  const persons = new Map(before.map((person) => [keyOf(person), person]));
  let isSaved = true;
  return {
    onSkip:
      (split) =>
      ({ annotationId, imageId, reason }) => {
        const person = { split, annotationId, imageId, reason };
        write(`Skipped in ${split}: ${reason}`);
        persons.set(keyOf(person), person);
        isSaved = false;
      },
    save: async () => {
      if (isSaved) return;
      isSaved = true;
      const sorted = [...persons].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, person]) => person);
      await writeFileAtomic(file, `${JSON.stringify(sorted, null, 2)}\n`);
    },
  };
}
