import type { StageModule } from '@limber/runner';
import { z } from 'zod';

interface LabelParameters {
  /** The published model that labels, where the stage is given no model of one's own. */
  readonly teacher: 'movenet-thunder' | 'movenet-lightning';
  /** Joints, and persons by the mean of their joints, with a lower score are left out. */
  readonly minScore: number;
  /** How sure the person detector must be. */
  readonly minPersonScore: number;
  /** Each image shows one person who fills it. */
  readonly wholeImage: boolean;
}

const score = z.number().min(0).max(1);

/**
 * Labels a folder of images with a model: a COCO folder whose labels say which model made them. Interrupted, it goes on
 * from the images that were labelled.
 *
 * With an input `model`, a trained model of one's own labels; with an input `boxes`, a COCO file says where the persons
 * are.
 */
const stage: StageModule<LabelParameters> = {
  params: z.strictObject({
    teacher: z.enum(['movenet-thunder', 'movenet-lightning']).default('movenet-thunder'),
    minScore: score.default(0.3),
    minPersonScore: score.default(0.15),
    wholeImage: z.boolean().default(false),
  }),
  async run({ params, inputs, outputs, workDir, progress, provenance, warn, signal }) {
    const { labelDataset } = await import('../labelling/label-dataset.ts');
    const { images, model, boxes } = inputs;
    const summary = await labelDataset([images!], {
      ...params,
      teacher: model ?? params.teacher,
      boxes,
      out: outputs['dataset']!,
      workDir,
      framesPerSecond: 1, // a folder stands for its images
      skipBadImages: true,
      signal,
      onNotice: progress,
      onProgress: ({ done, total }) => progress(`${done} of ${total} images`),
    });
    const { teacher, joints, personsLeftOut, skipped, persons } = summary;
    provenance({ teacher });
    for (const { file, reason } of skipped) warn(`skipped: ${file}: ${reason}`);
    return {
      metrics: {
        images: summary.images,
        persons,
        'persons left out': personsLeftOut,
        'joints left out': joints.leftOut,
      },
    };
  },
};
export default stage;
