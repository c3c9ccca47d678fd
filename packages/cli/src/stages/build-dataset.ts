import type { Source, SplitName } from '@limber/dataset-builder';
import type { StageModule } from '@limber/runner';
import { z } from 'zod';
import { describeFindings } from '../describe-findings.ts';

interface BuildDatasetParameters {
  readonly seed: number;
  /** The part of the groups that goes to validation; what is left after `val` and `test` is for training. */
  readonly val: number;
  readonly test: number;
  /** Refuse what would only be warned of. */
  readonly strict: boolean;
  /** What to do about an image that is missing, damaged or of another size than stated. */
  readonly onBadImage: 'throw' | 'skip';
  /** How many images may be skipped; null: a tenth. */
  readonly skipLimit: number | null;
  /** What stays in one split: a rule, or the field of the images that names it. */
  readonly groupBy: string;
  /** Let two splits hold the same image. */
  readonly allowDuplicates: boolean;
  /** Joints to take over by name: `coco-17`, `mpii-16`; null: those of the data. */
  readonly joints: 'coco-17' | 'mpii-16' | null;
}

const fraction = z.number().min(0).max(1);

/**
 * Checks a folder of annotations, whose format is recognised, and splits it into train, val and test.
 *
 * With a second folder `val`, nothing is drawn from the first: it is for training, the second for validation. A file
 * `skeleton` states sigmas, pairs and limbs of the joints.
 */
const stage: StageModule<BuildDatasetParameters> = {
  params: z
    .strictObject({
      seed: z.number().int().nonnegative(),
      val: fraction,
      test: fraction.default(0),
      strict: z.boolean().default(false),
      onBadImage: z.enum(['throw', 'skip']).default('throw'),
      skipLimit: z.number().int().nonnegative().nullable().default(null),
      groupBy: z.string().min(1).default('auto'),
      allowDuplicates: z.boolean().default(false),
      joints: z.enum(['coco-17', 'mpii-16']).nullable().default(null),
    })
    .superRefine(({ val, test }, context) => {
      if (val + test < 1) return;
      const message = `expected val and test to leave a part for training, below ${Number((1 - test).toFixed(3))}`;
      context.addIssue({ code: 'custom', path: ['val'], input: val, message });
    }),
  async run({ params, inputs, outputs, progress, warn, signal }) {
    const { seed, val, test, strict, skipLimit, joints, groupBy } = params;
    const { buildDataset } = await import('@limber/dataset-builder');
    const { describeSplits } = await import('../describe-splits.ts');
    const { checkedFileOf } = await import('../options/checked-file.ts');
    const { groupFieldOf, openSources, toBuildOptions } =
      await import('../options/dataset-options.ts');
    const { data, val: validation, skeleton } = inputs;
    const open = (folder: string, split?: SplitName): Promise<readonly Source[]> =>
      openSources([folder], {
        strict,
        ...groupFieldOf(groupBy),
        ...(skeleton && { skeleton }),
        ...(joints && { joints }),
        ...(split && { split }),
      });
    const sources =
      validation === undefined
        ? await open(data!)
        : [...(await open(data!, 'train')), ...(await open(validation, 'val'))];
    const summary = await buildDataset({
      ...toBuildOptions({
        ...params,
        annotationsOnly: false,
        ...(skipLimit === null ? { skipLimit: undefined } : { skipLimit }),
      }),
      sources,
      out: outputs['dataset']!,
      splits: { train: 1 - val - test, val, test },
      seed,
      strict,
      signal,
      checkedFile: await checkedFileOf([data!, ...(validation === undefined ? [] : [validation])]),
      onProgress: ({ done, total }) => progress(`${done} of ${total} images`),
    });
    for (const line of [...summary.decisions, ...describeSplits(summary)]) progress(line);
    for (const line of describeFindings(summary)) warn(line);
    for (const { where, reason } of summary.skipped) warn(`skipped: ${where}: ${reason}`);
    const persons = summary.splits.map(({ name, persons: count }) => [`${name} persons`, count]);
    const skipped = summary.skipped.length > 0 ? { 'skipped images': summary.skipped.length } : {};
    return { metrics: { ...(Object.fromEntries(persons) as Record<string, number>), ...skipped } };
  },
};
export default stage;
