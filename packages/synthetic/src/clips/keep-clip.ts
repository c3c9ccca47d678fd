import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { isMissing, writeFileAtomic } from '@limber/files';
import type { RenderedFrame } from './render-clip.ts';
import type { ClipTask } from './render-worker.ts';

interface KeptClip {
  readonly task: string;
  readonly frames: RenderedFrame[];
}

/**
 * Renders a clip and keeps it in a file, or takes it from there if it was kept for the same task.
 *
 * @param file - undefined: nothing is kept.
 */
export async function keepClip(
  file: string | undefined,
  clipTask: ClipTask,
  render: () => Promise<RenderedFrame[]>,
): Promise<RenderedFrame[]> {
  if (file === undefined) return render();
  const task = JSON.stringify(clipTask);
  const kept = await readKept(file);
  if (kept?.task === task) return kept.frames;
  const frames = await render();
  await writeFileAtomic(file, serialize({ task, frames } satisfies KeptClip));
  return frames;
}

async function readKept(file: string): Promise<KeptClip | undefined> {
  try {
    return deserialize(await readFile(file)) as KeptClip;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
