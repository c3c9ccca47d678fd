import type { Part } from '@limber/files';
import { availableProcessors } from '@limber/files';
import type { StageModule } from '@limber/runner';
import type { Action, SceneOptions } from '@limber/synthetic';
import { z } from 'zod';
import { partSchema } from '../options/part-schema.ts';

interface SynthesizeParameters extends SceneOptions {
  readonly seed: number;
  /** Each clip is a new person, camera and background. */
  readonly clips: number;
  readonly framesPerClip: number;
  /** Which part of the clips is rendered, for a matrix. */
  readonly part?: Part;
}

const share = z.number().min(0).max(1).exactOptional();
const often = z.number().min(0).exactOptional();

const motions = {
  squat: often,
  standing: often,
  walking: often,
  lunge: often,
  bending: often,
  sitting: often,
  lying: often,
  hanging: often,
  inverted: often,
  athletic: often,
} satisfies Record<Action, unknown>;

/**
 * Renders people into a COCO folder: `annotations.json` and `images/`. Interrupted, it goes on from the clips in its
 * working folder.
 *
 * With a folder `backgrounds` of photographs, three of four clips have one of them behind the people.
 */
const stage: StageModule<SynthesizeParameters> = {
  params: z.strictObject({
    seed: z.number().int().nonnegative(),
    clips: z.number().int().positive(),
    framesPerClip: z.number().int().positive(),
    part: partSchema.exactOptional(),
    motions: z.strictObject(motions).exactOptional(),
    companions: share,
    obstacles: share,
    truncation: share,
    distortion: share,
    tilt: share,
    motionBlur: share,
    joints: z.enum(['coco-17', 'lsp-14']).exactOptional(),
  }),
  async run({ params, inputs, outputs, workDir, progress, signal }) {
    const { synthesizeDataset } = await import('@limber/synthetic');
    const { backgrounds } = inputs;
    await synthesizeDataset({
      ...params,
      ...(backgrounds !== undefined && { backgrounds }),
      out: outputs['dataset']!,
      workers: availableProcessors(),
      workDir,
      signal,
      onProgress: ({ done, total }) => progress(`${done} of ${total} images`),
    });
  },
};
export default stage;
