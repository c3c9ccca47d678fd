import type { ClipKey } from './clip.ts';
import type { RenderedFrame } from './render-clip.ts';
import { renderClip } from './render-clip.ts';

/** What a thread is to render. */
export interface ClipTask {
  readonly key: ClipKey;
  readonly framesPerClip: number;
  /** The photograph behind the people; null for a room that is drawn. */
  readonly background: string | null;
}

/** Renders a clip in a thread. */
export default function run(task: ClipTask): Promise<RenderedFrame[]> {
  const { key, framesPerClip, background } = task;
  return renderClip(key, { frameCount: framesPerClip, background });
}
