import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coco17 } from './coco17.ts';
import type { CategoryJoints } from './derive-skeleton.ts';
import { deriveSkeleton, jointsWithoutKnownSigma } from './derive-skeleton.ts';
import type { Skeleton } from './skeleton.ts';
import { flipIndices, validateSkeleton } from './skeleton.ts';

/** The joints of the Leeds Sports Pose dataset. */
const lsp = {
  name: 'person',
  keypoints: [
    'right_ankle',
    'right_knee',
    'right_hip',
    'left_hip',
    'left_knee',
    'left_ankle',
    'right_wrist',
    'right_elbow',
    'right_shoulder',
    'left_shoulder',
    'left_elbow',
    'left_wrist',
    'neck',
    'head_top',
  ],
};

describe('COCO-17', () => {
  test('is a valid skeleton, every joint in one half of the body', () => {
    expect(validateSkeleton(coco17)).toBe(coco17);
    const halves = [...coco17.upperBody, ...coco17.lowerBody];
    expect(halves.sort((a, b) => a - b)).toEqual(coco17.keypoints.map((_, index) => index));
  });

  test('trades left and right of everything but the nose', () => {
    expect(flipIndices(coco17)).toEqual([0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]);
  });
});

test('flipping twice is no change, whatever the skeleton', () => {
  const names = fc.uniqueArray(fc.constantFrom('nose', 'hip', 'knee', 'neck', 'toe'), {
    minLength: 1,
  });
  fc.assert(
    fc.property(names, fc.nat(4), (joints, sided) => {
      const keypoints = joints.flatMap((joint, at) =>
        at < sided ? [`left_${joint}`, `right_${joint}`] : [joint],
      );
      const indices = flipIndices(deriveSkeleton({ name: 'x', keypoints }));
      expect(indices.map((index) => indices[index])).toEqual(keypoints.map((_, index) => index));
    }),
    { seed: 1 },
  );
});

describe('deriveSkeleton', () => {
  test('knows the body from the names of 14 joints', () => {
    const skeleton = deriveSkeleton(lsp);
    const named = (pairs: Skeleton['links']): string[] =>
      pairs.map((pair) => pair.map((index) => lsp.keypoints[index]).join(' '));
    expect(named(skeleton.pairs ?? [])).toEqual([
      'left_hip right_hip',
      'left_knee right_knee',
      'left_ankle right_ankle',
      'left_shoulder right_shoulder',
      'left_elbow right_elbow',
      'left_wrist right_wrist',
    ]);
    expect(named(skeleton.links)).toEqual([
      'left_ankle left_knee',
      'left_knee left_hip',
      'right_ankle right_knee',
      'right_knee right_hip',
      'left_hip right_hip',
      'left_shoulder left_hip',
      'right_shoulder right_hip',
      'left_shoulder right_shoulder',
      'left_shoulder left_elbow',
      'right_shoulder right_elbow',
      'left_elbow left_wrist',
      'right_elbow right_wrist',
    ]);
    expect(skeleton.lowerBody).toEqual([0, 1, 2, 3, 4, 5]);
    expect(skeleton.upperBody).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
    expect(skeleton.sigmas).toEqual([
      0.089, 0.087, 0.107, 0.107, 0.087, 0.089, 0.062, 0.072, 0.079, 0.079, 0.072, 0.062, 0.079,
      0.079,
    ]);
    expect(jointsWithoutKnownSigma(lsp)).toEqual(['neck', 'head_top']);
    // of stated ones it is known only if the category says which of them were assumed
    const stated = { ...lsp, sigmas: skeleton.sigmas };
    expect(jointsWithoutKnownSigma(stated)).toEqual([]);
    expect(jointsWithoutKnownSigma({ ...stated, assumed_sigmas: ['neck'] })).toEqual(['neck']);
  });

  test('takes limbs and sigmas from the category where it has them', () => {
    const keypoints = ['left_hip', 'left_knee'];
    const skeleton = deriveSkeleton({
      name: 'leg',
      keypoints,
      skeleton: [[1, 2]],
      sigmas: [0.1, 0.2],
    });
    expect(skeleton).toMatchObject({ name: 'leg', links: [[0, 1]], sigmas: [0.1, 0.2] });
  });

  test('the 17 names of COCO are COCO-17, also with the limbs and sigmas that COCO gives them', () => {
    const { keypoints, sigmas } = coco17;
    const skeleton = coco17.links.map(([from, to]) => [from + 1, to + 1] as const);
    expect(deriveSkeleton({ name: 'person', keypoints })).toBe(coco17);
    expect(deriveSkeleton({ name: 'person', keypoints, skeleton, sigmas })).toBe(coco17);
  });

  test.each<[string, Partial<CategoryJoints>]>([
    ['17 joints of other names', { keypoints: coco17.keypoints.map((_, at) => `joint ${at}`) }],
    ['its names in another order', { keypoints: coco17.keypoints.toReversed() }],
    ['one other sigma', { sigmas: coco17.sigmas.with(16, 0.1) }],
    [
      'one limb that ends elsewhere',
      { skeleton: coco17.links.map(([from, to]) => [from + 1, to + 1] as const).with(18, [5, 6]) },
    ],
  ])('%s are not COCO-17', (_, change) => {
    const { keypoints } = coco17;
    const derived = deriveSkeleton({ name: 'person', keypoints, ...change });
    expect(derived.name).toBe('person');
    expect(derived).toMatchObject({ keypoints: change.keypoints ?? keypoints });
    if (change.sigmas !== undefined) expect(derived.sigmas).toEqual(change.sigmas);
    if (change.skeleton !== undefined) expect(derived.links.at(-1)).toEqual([4, 5]);
  });

  test('halves of its own make the 17 joints of COCO another skeleton', () => {
    const { keypoints } = coco17;
    const groups = { upper_body: ['nose'], lower_body: ['left_hip', 'right_hip'] };
    const { upperBody, lowerBody } = deriveSkeleton({ name: 'person', keypoints, groups });
    expect({ upperBody, lowerBody }).toEqual({ upperBody: [0], lowerBody: [11, 12] });
  });

  test('a limb of COCO may end at the first joint', () => {
    const { links } = deriveSkeleton({ name: 'leg', keypoints: ['left_knee', 'left_ankle'] });
    expect(links).toEqual([[1, 0]]);
  });

  test('limbs of its own make 17 joints another skeleton', () => {
    const { keypoints } = coco17;
    const derived = deriveSkeleton({ name: 'person', keypoints, skeleton: [[1, 2]] });
    expect(derived).toMatchObject({ name: 'person', links: [[0, 1]], pairs: coco17.pairs });
  });
});

describe('validateSkeleton', () => {
  const skeleton: Skeleton = {
    name: 'leg',
    keypoints: ['left_hip', 'right_hip', 'nose'],
    links: [[0, 1]],
    pairs: [[0, 1]],
    upperBody: [2],
    lowerBody: [0, 1],
    sigmas: [0.1, 0.1, 0.1],
  };
  test.each<[Partial<Skeleton>, string]>([
    [{ keypoints: [] }, 'keypoints: no joints: expected at least 1 name, got 0.'],
    [
      { keypoints: ['nose', 'ear', 'nose'] },
      'keypoints: a name twice: expected distinct names, got nose.',
    ],
    [{ sigmas: [0.1] }, 'sigmas: wrong length: expected 3 numbers, got 1.'],
    [{ sigmas: [0.1, 0, 0.1] }, 'sigmas: not a spread: expected numbers > 0, got 0.'],
    [{ links: [[0, 3]] }, 'links: no such joint: expected indices 0 to 2, got 3.'],
    [{ pairs: [[-1, 0]] }, 'pairs: no such joint: expected indices 0 to 2, got -1.'],
    [{ upperBody: [0.5] }, 'upperBody: no such joint: expected indices 0 to 2, got 0.5.'],
    [
      {
        pairs: [
          [0, 1],
          [1, 2],
        ],
      },
      'pairs: a joint in two pairs: expected each joint once, got 1.',
    ],
  ])('%o is refused', (change, message) => {
    expect(() => validateSkeleton({ ...skeleton, ...change })).toThrow(`skeleton "leg".${message}`);
  });
});
