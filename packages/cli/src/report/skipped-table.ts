import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '@limber/files';
import type { PageContent } from '../pages/page.ts';

/** A person that a training could not show, as `logs/skipped.json` lists them. */
interface SkippedPerson {
  readonly split: string;
  readonly annotationId: number;
  readonly imageId: number;
  readonly reason: string;
}

/** Everybody whom a training skipped, and why; no table if it skipped nobody. */
export async function skippedTables(logs: string): Promise<PageContent['tables']> {
  const text = await readFile(join(logs, 'skipped.json'), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '[]';
    throw error;
  });
  const skipped = JSON.parse(text) as readonly SkippedPerson[];
  if (skipped.length === 0) return [];
  return [
    {
      title: 'Persons that were skipped in training',
      header: ['split', 'annotation', 'image', 'reason'],
      rows: skipped.map(({ split, annotationId, imageId, reason }) => [
        split,
        `${annotationId}`,
        `${imageId}`,
        reason,
      ]),
    },
  ];
}
