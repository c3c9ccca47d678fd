import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@limber/files';
import type { Evaluation } from './evaluate-predictions.ts';

/** Writes an evaluation into a folder: `metrics.json`, `predictions.json` and `persons.json`. */
export async function writeEvaluation(
  folder: string,
  { metrics, predictions, persons }: Evaluation,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { found, notFound } = persons;
  await writeFileAtomic(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`);
  await writeFileAtomic(join(folder, 'predictions.json'), `${JSON.stringify(predictions)}\n`);
  await writeFileAtomic(join(folder, 'persons.json'), `${JSON.stringify({ found, notFound })}\n`);
}

/** Reads what {@link writeEvaluation} wrote. */
export async function readEvaluation(folder: string): Promise<Evaluation> {
  const [metrics, predictions, persons] = await Promise.all(
    ['metrics.json', 'predictions.json', 'persons.json'].map(async (name): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, name), 'utf8')),
    ),
  );
  return { metrics, predictions, persons } as Evaluation;
}
