import { LimberError } from '@limber/files';
import { coco17, deriveSkeleton, jointsWithoutKnownSigma } from '@limber/keypoints';
import type { Convention } from '../conventions/convention.ts';
import type { GroundTruth } from '../ground-truths/ground-truth.ts';
import { checkSigmas } from '../strict/check-options.ts';

/** The spread of each joint that persons are scored with, and where it comes from. */
export interface ChosenSigmas {
  readonly source: 'given' | 'dataset' | 'coco-by-name' | 'coco-by-position';
  /** [K] as a fraction of the square root of the person's area. */
  readonly values: readonly number[];
  /** Joints whose spread the dataset only assumed. */
  readonly assumed: readonly string[];
}

type Category = GroundTruth['category'];

/**
 * Chooses the sigmas: those that are given, else those of the dataset, else those of COCO by the names of the joints.
 * pycocotools and xtcocotools take COCO's 17 by position, so with their conventions neither names nor the dataset
 * matter.
 *
 * @throws {LimberError} `invalid-argument` for sigmas that are not K numbers > 0; `invalid-skeleton` if a joint has
 * none, if two categories have different ones, or if there are not 17 joints where COCO's are taken by position.
 */
export function chooseSigmas(
  { category, categories = [category] }: Pick<GroundTruth, 'category' | 'categories'>,
  options: {
    readonly sigmas?: readonly number[] | undefined;
    readonly convention?: Convention | undefined;
  } = {},
): ChosenSigmas {
  const { sigmas, convention } = options;
  if (sigmas !== undefined) {
    checkSigmas(sigmas, category.keypoints.length);
    return { source: 'given', values: sigmas, assumed: [] };
  }
  if (convention === 'pycocotools' || convention === 'xtcocotools') {
    return sigmasByPosition(category, convention);
  }
  const chosen = sigmasOf(category);
  for (const other of categories) {
    const [expected, got] = [chosen, sigmasOf(other)].map(({ values }) => values.join(', '));
    if (expected !== got) throw otherSigmas(other, category, { expected: expected!, got: got! });
  }
  return chosen;
}

/** One line that says which sigmas were used. */
export function describeSigmas({ source, values, assumed }: ChosenSigmas): string {
  switch (source) {
    case 'given':
      return `Sigmas: as given: ${values.join(', ')}.`;
    case 'dataset': {
      const doubt = `; assumed for ${assumed.join(', ')}, so AP compares with no other`;
      return `Sigmas: the dataset's: ${listed(values)}${assumed.length > 0 ? doubt : ''}.`;
    }
    case 'coco-by-name':
      return 'Sigmas: those of COCO, by the names of the joints.';
    case 'coco-by-position':
      return 'Sigmas: the 17 of COCO by position, whatever the joints are called and the dataset says.';
  }
}

/** A few values, or how far many reach. */
function listed(values: readonly number[]): string {
  if (values.length <= 4) return values.join(', ');
  return `${values.length} from ${Math.min(...values)} to ${Math.max(...values)}`;
}

function sigmasByPosition({ name, keypoints }: Category, convention: Convention): ChosenSigmas {
  const values = coco17.sigmas;
  if (keypoints.length === values.length)
    return { source: 'coco-by-position', values, assumed: [] };
  throw new LimberError('invalid-skeleton', {
    where: `category "${name}"`,
    what: 'wrong number of joints',
    expected: `${values.length}, for which ${convention} has sigmas`,
    got: `${keypoints.length}`,
    fix: `${convention} stops here. Give sigmas, or do without its convention.`,
  });
}

function sigmasOf(category: Category): ChosenSigmas {
  const { sigmas, keypoints } = category;
  const unknown = jointsWithoutKnownSigma(category);
  if (sigmas !== undefined) {
    checkSigmas(sigmas, keypoints.length);
    return { source: 'dataset', values: sigmas, assumed: unknown };
  }
  if (unknown.length > 0) throw noSigmas(category, unknown);
  const { sigmas: values } = deriveSkeleton({ name: category.name, keypoints });
  return { source: 'coco-by-name', values, assumed: [] };
}

function noSigmas({ name }: Category, unknown: readonly string[]): LimberError {
  return new LimberError('invalid-skeleton', {
    where: `category "${name}"`,
    what: `no sigma is known for ${unknown.join(', ')}`,
    expected: 'joints with the names of COCO, or a sigma for each',
    got: 'none',
    fix:
      'Give sigmas, state "sigmas": [0.107, …] in the category or in a skeleton file, or ask for the numbers of ' +
      'pycocotools, which takes those of COCO by position.',
  });
}

function otherSigmas(
  { name }: Category,
  first: Category,
  found: { readonly expected: string; readonly got: string },
): LimberError {
  return new LimberError('invalid-skeleton', {
    where: `category "${name}"`,
    what: `other sigmas than category "${first.name}"`,
    ...found,
    fix: 'Give sigmas, or score each by itself.',
  });
}
