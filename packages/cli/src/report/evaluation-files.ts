import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@limber/files';
import type { Evaluation } from './evaluate-predictions.ts';

/** Writes an evaluation into a folder: `metrics.json`, `precision.json`, `predictions.json` and `persons.json`. */
export async function writeEvaluation(
  folder: string,
  { metrics, precision, predictions, persons }: Evaluation,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { found, notFound } = persons;
  await writeFileAtomic(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`);
  await writeFileAtomic(join(folder, 'precision.json'), `${JSON.stringify(precision)}\n`);
  await writeFileAtomic(join(folder, 'predictions.json'), `${JSON.stringify(predictions)}\n`);
  await writeFileAtomic(join(folder, 'persons.json'), `${JSON.stringify({ found, notFound })}\n`);
}

/** Reads what {@link writeEvaluation} wrote. */
export async function readEvaluation(folder: string): Promise<Evaluation> {
  const [metrics, precision, predictions, persons] = await Promise.all(
    ['metrics', 'precision', 'predictions', 'persons'].map(async (name): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')),
    ),
  );
  return { metrics, precision, predictions, persons } as Evaluation;
}
