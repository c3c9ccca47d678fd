import { LimberError } from '@limber/files';
import type { CategoryJoints, Derivation } from '@limber/keypoints';
import { coco17, flipIndices } from '@limber/keypoints';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeCause, parseShape, readText } from './read-annotation-file.ts';
import type { SplitName } from './source.ts';

/** What a YOLO-pose YAML file says. */
export interface YoloData {
  readonly path: string;
  readonly splits: Readonly<Record<SplitName, readonly string[]>>;
  readonly classes: readonly string[];
  /** Numbers a joint in a label: x, y, and visibility if there are 3. */
  readonly valuesPerJoint: 2 | 3;
  readonly category: CategoryJoints;
  readonly derivations: readonly Derivation[];
}

const entries = z
  .union([z.string(), z.array(z.string())], 'expected a folder of images or a list of them')
  .nullish();
const texts = z.union(
  [z.array(z.string()), z.record(z.string(), z.string())],
  'expected a list of names',
);
const schema = z.object({
  path: z.string('expected a folder').nullish(),
  train: entries,
  val: entries,
  test: entries,
  kpt_shape: z.tuple(
    [z.number().int().min(1).max(1000), z.literal([2, 3], 'expected 2 or 3 values a joint')],
    'expected [joints, 2 or 3]',
  ),
  flip_idx: z.array(z.number().int().min(0), 'expected a list of joints').nullish(),
  names: texts.nullish(),
  kpt_names: z
    .record(z.string(), z.array(z.string()), 'expected the names of the joints of each class')
    .nullish(),
});

/**
 * Reads the YAML file of a YOLO-pose dataset. Joints are named by `kpt_names`, else by the skeleton file, else as COCO-17
 * if `flip_idx` is COCO's or is missing, else `joint_1`, …
 *
 * @throws {LimberError} `missing-file`, or `invalid-annotations` naming file and field.
 */
export async function readYoloData(
  file: string,
  skeleton: CategoryJoints | undefined,
): Promise<YoloData> {
  const text = await readText(file);
  let yaml: unknown;
  try {
    yaml = parse(text, { maxAliasCount: 100, logLevel: 'error' });
  } catch (cause) {
    const problem = { where: file, what: 'not YAML', got: describeCause(cause) };
    throw new LimberError('invalid-annotations', problem, { cause });
  }
  const data = parseShape(yaml, schema, file);
  const [joints, valuesPerJoint] = data.kpt_shape;
  const stated = Object.values(data.kpt_names ?? {})[0];
  const { names, derivations } = nameJoints({
    joints,
    stated,
    skeleton,
    flip: data.flip_idx ?? undefined,
  });
  if (names.length !== joints) {
    throw new LimberError('invalid-annotations', {
      where: `${file}: ${stated === undefined ? 'kpt_shape' : 'kpt_names'}`,
      what: 'another number of joints than names',
      expected: `${joints} names, by kpt_shape`,
      got: `${names.length}`,
    });
  }
  const classes =
    data.names === undefined || data.names === null ? ['person'] : Object.values(data.names);
  const pairs = pairsOf(data.flip_idx ?? undefined, names, file);
  return {
    path: data.path ?? '.',
    splits: { train: listOf(data.train), val: listOf(data.val), test: listOf(data.test) },
    classes,
    valuesPerJoint,
    category: { name: classes[0] ?? 'person', keypoints: names, ...(pairs && { pairs }) },
    derivations,
  };
}

function listOf(entry: string | string[] | null | undefined): readonly string[] {
  if (entry === undefined || entry === null) return [];
  return typeof entry === 'string' ? [entry] : entry;
}

interface Naming {
  readonly joints: number;
  readonly stated: readonly string[] | undefined;
  readonly skeleton: CategoryJoints | undefined;
  readonly flip: readonly number[] | undefined;
}

function nameJoints({ joints, stated, skeleton, flip }: Naming): {
  names: readonly string[];
  derivations: Derivation[];
} {
  if (skeleton !== undefined) return { names: skeleton.keypoints, derivations: [] };
  if (stated !== undefined) return { names: stated, derivations: [] };
  const cocoFlip = flipIndices(coco17).join();
  const isCoco =
    joints === coco17.keypoints.length && (flip === undefined || flip.join() === cocoFlip);
  const names = isCoco
    ? coco17.keypoints
    : Array.from({ length: joints }, (_, index) => `joint_${index + 1}`);
  const rule = isCoco ? 'those of COCO-17, which has as many' : 'joint_1, joint_2, …';
  return { names, derivations: [{ field: 'category.keypoints', rule, count: joints }] };
}

function pairsOf(
  flip: readonly number[] | undefined,
  names: readonly string[],
  file: string,
): [string, string][] | undefined {
  if (flip === undefined) return undefined;
  const isRight =
    flip.length === names.length && flip.every((other, index) => flip[other] === index);
  if (!isRight) {
    throw new LimberError('invalid-annotations', {
      where: `${file}: flip_idx`,
      what: 'not a mirror',
      expected: `${names.length} joints from 0, each the partner of its partner`,
      got: `[${flip.slice(0, 30).join(', ')}]`,
    });
  }
  return flip.flatMap((other, index) => (other > index ? [[names[index]!, names[other]!]] : []));
}
