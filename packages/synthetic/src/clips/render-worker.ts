import type { ClipKey } from './clip.ts';
import type { RenderedFrame } from './render-clip.ts';
import { renderClip } from './render-clip.ts';

/** What a thread is to render. */
export interface ClipTask {
  readonly key: ClipKey;
  readonly framesPerClip: number;
}

/** Renders a clip in a thread. */
export default function run({ key, framesPerClip }: ClipTask): Promise<RenderedFrame[]> {
  return renderClip(key, framesPerClip);
}
