import { availableProcessors } from '@limber/files';
import type { StageModule } from '@limber/runner';
import { z } from 'zod';

interface SynthesizeParameters {
  readonly seed: number;
  /** Each clip is a new person, camera and background. */
  readonly clips: number;
  readonly framesPerClip: number;
}

/**
 * Renders people into a COCO folder: `annotations.json` and `images/`. Interrupted, it goes on from the clips in its
 * working folder.
 */
const stage: StageModule<SynthesizeParameters> = {
  params: z.strictObject({
    seed: z.number().int().nonnegative(),
    clips: z.number().int().positive(),
    framesPerClip: z.number().int().positive(),
  }),
  async run({ params, outputs, workDir, progress, signal }) {
    const { synthesizeDataset } = await import('@limber/synthetic');
    await synthesizeDataset({
      ...params,
      out: outputs['dataset']!,
      workers: availableProcessors(),
      workDir,
      signal,
      onProgress: ({ done, total }) => progress(`${done} of ${total} images`),
    });
  },
};
export default stage;
