import { LimberError } from '@limber/files';
import type { CategoryJoints, Derivation } from '@limber/keypoints';
import {
  categoryOf,
  coco17,
  countLabelled,
  deriveSkeleton,
  matchJoints,
  readSkeleton,
} from '@limber/keypoints';
import { mpii16 } from './mpii16.ts';
import type { Source, SourceAnnotation } from './source.ts';

/** Skeletons that are known by name. */
export const knownJoints: Readonly<Record<string, CategoryJoints>> = {
  'coco-17': categoryOf(coco17),
  'mpii-16': mpii16,
};

/**
 * The joints of a known skeleton, or of a skeleton file.
 *
 * @throws {LimberError} `missing-file` if it is neither; `invalid-annotations` or `invalid-skeleton` for the file.
 */
export async function readJoints(nameOrFile: string): Promise<CategoryJoints> {
  return knownJoints[nameOrFile] ?? (await readSkeleton(nameOrFile));
}

/**
 * The same images and persons with other joints, taken over by their names: LSP's 14 as COCO's 17, so that both can be
 * one dataset. Joints that the source does not have are not labelled, and those that the target does not have are
 * dropped; `derivations` names them. Names count as the same whatever their case and the signs between their words.
 *
 * @throws {LimberError} `invalid-skeleton` if no joint has the same name.
 */
export function remapJoints(source: Source, target: CategoryJoints): Source {
  const from = matchJoints(target.keypoints, source.skeleton.keypoints);
  if (from.every((joint) => joint < 0)) {
    throw new LimberError('invalid-skeleton', {
      where: `source "${source.name}"`,
      what: `no joint of "${target.name}"`,
      expected: target.keypoints.join(', '),
      got: source.skeleton.keypoints.join(', '),
    });
  }
  const skeleton = deriveSkeleton(target);
  const absent = target.keypoints.filter((_, joint) => from[joint]! < 0);
  const dropped = source.skeleton.keypoints.filter((_, joint) => !from.includes(joint));
  const rule = [
    'by name',
    ...(absent.length > 0 ? [`${absent.join(', ')} not labelled`] : []),
    ...(dropped.length > 0 ? [`${dropped.join(', ')} dropped`] : []),
  ].join(', ');
  const derivation: Derivation = { field: 'category.keypoints', rule, count: from.length };
  const remap = (annotation: SourceAnnotation): SourceAnnotation => {
    const keypoints = from.flatMap((joint) =>
      joint < 0 ? [0, 0, 0] : annotation.keypoints.slice(joint * 3, joint * 3 + 3),
    );
    const { machine_label: label } = annotation;
    const scores = label?.scores && from.map((joint) => label.scores![joint] ?? 0);
    return {
      ...annotation,
      keypoints,
      num_keypoints: countLabelled(keypoints),
      ...(label && scores && { machine_label: { ...label, scores } }),
    };
  };
  return {
    ...source,
    skeleton,
    category: {
      ...categoryOf(skeleton, source.category.id),
      ...(target.groups === undefined ? {} : { groups: target.groups }),
    },
    derivations: [...source.derivations, derivation],
    items: async function* (aim) {
      for await (const item of source.items(aim)) {
        yield { ...item, annotations: item.annotations.map(remap) };
      }
    },
  };
}
