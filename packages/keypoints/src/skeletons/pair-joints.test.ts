import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coco17 } from './coco17.ts';
import { deriveSkeleton } from './derive-skeleton.ts';
import { flipIndices } from './skeleton.ts';

const pairsOf = (keypoints: readonly string[]): unknown =>
  deriveSkeleton({ name: 'x', keypoints }).pairs;

describe('left and right are told from the names', () => {
  test.each([
    ['left_hip', 'right_hip'],
    ['LEFT HIP', 'RIGHT HIP'],
    ['Left Hip', 'Right Hip'],
    ['hip.L', 'hip.R'],
    ['l_hip', 'r_hip'],
    ['leftHip', 'rightHip'],
    ['LeftHip', 'RightHip'],
    ['hipLeft', 'hipRight'],
    ['LHip', 'RHip'],
    ['hipL', 'hipR'],
    ['lhip', 'rhip'],
    ['lsho', 'rsho'],
    ['Lankle', 'Rankle'],
    ['LANKLE', 'RANKLE'],
    ['hanche_gauche', 'hanche_droite'],
    ['bras gauche', 'bras droit'],
    ['épaule gauche', 'épaule droite'],
    ['Hüfte links', 'Hüfte rechts'],
    ['linke_Hüfte', 'rechte_Hüfte'],
    ['linkerEllbogen', 'rechterEllbogen'],
    ['cadera_izquierda', 'cadera_derecha'],
    ['codo izquierdo', 'codo derecho'],
    ['anca_sinistra', 'anca_destra'],
    ['ginocchio sinistro', 'ginocchio destro'],
    ['ginocchio_sx', 'ginocchio_dx'],
    ['anca_esquerda', 'anca_direita'],
    ['joelho esquerdo', 'joelho direito'],
    ['左肩', '右肩'],
    ['肩(左)', '肩(右)'],
    ['left_eye_left_corner', 'right_eye_right_corner'],
    ['toe_left1', 'toe_right1'],
  ])('%s and %s', (left, right) => {
    expect(pairsOf([right, 'nose', left])).toEqual([[2, 0]]);
  });

  test('of two eyes with two corners each, a corner changes places with that of the other eye', () => {
    const names = ['left_eye_left', 'left_eye_right', 'right_eye_left', 'right_eye_right'];
    expect(pairsOf(names)).toEqual([
      [0, 3],
      [1, 2],
    ]);
  });

  test('not from letters in the middle of a word, nor from numbered vertebrae', () => {
    const keypoints = ['cleft', 'cright', 'heel', 'heer', 'L1', 'L5', 'T12', 'lower_leg', 'root'];
    expect(pairsOf(keypoints)).toEqual([]);
  });

  test('not from a single letter of one side beside words of both, or beside joints of none', () => {
    expect(pairsOf(['L5', 'left_hip', 'right_hip'])).toEqual([[1, 2]]);
    expect(pairsOf(['L5', 'nose'])).toEqual([]);
    // with the other side among the letters it looks sided
    expect(pairsOf(['L5', 'R6'])).toBeNull();
    // but a word that begins with one of them does not
    expect(pairsOf(['L1', 'R1', 'lunate'])).toEqual([[0, 1]]);
  });

  test('from the longest word that a name begins with', () => {
    expect(pairsOf(['linkerArm', 'rechterarm'])).toEqual([[0, 1]]);
  });

  test('not where two joints would be the partner of one', () => {
    for (const keypoints of [
      ['left_hip', 'gauche_hip', 'right_hip'],
      ['left_hip', 'right_hip', 'droite_hip'],
    ]) {
      const skeleton = deriveSkeleton({ name: 'x', keypoints });
      expect(skeleton.pairs).toBeNull();
      expect(() => flipIndices(skeleton)).toThrow(`got none for ${keypoints.join(', ')}. `);
    }
  });
});

describe('joints that look left or right without a partner', () => {
  const message =
    'skeleton "arm".pairs: not known, so that no image can be mirrored: expected a partner for each joint that looks ' +
    'left or right, got none for left_shoulder, left_elbow. State them by name in the category or in a skeleton file: ' +
    '"pairs": [["left_hip", "right_hip"], …], or [] for joints without sides. Or never mirror: flipProbability 0, ' +
    'flipTest false.';

  test('leave the pairs unknown, and refuse to be mirrored', () => {
    const arm = deriveSkeleton({ name: 'arm', keypoints: ['left_shoulder', 'left_elbow', 'chin'] });
    expect(arm.pairs).toBeNull();
    expect(() => flipIndices(arm)).toThrow(message);
  });

  test('in letters, if there are some of both sides', () => {
    expect(pairsOf(['l_hip', 'l_knee', 'r_hips', 'r_knee'])).toBeNull();
    expect(pairsOf(['point l', 'point m'])).toEqual([]);
    // words of both sides do not make a vertebra one of the left side
    expect(pairsOf(['left_hip', 'right_hip', 'L5'])).toEqual([[0, 1]]);
  });

  test('do not matter once the category states its pairs', () => {
    const keypoints = ['left_shoulder', 'left_elbow', 'hoof a', 'hoof b'];
    const stated = deriveSkeleton({ name: 'x', keypoints, pairs: [['hoof b', 'hoof a']] });
    expect(stated.pairs).toEqual([[3, 2]]);
    expect(flipIndices(stated)).toEqual([0, 1, 3, 2]);
    expect(deriveSkeleton({ name: 'x', keypoints, pairs: [] }).pairs).toEqual([]);
  });
});

test('a pair of a joint that does not exist names the nearest one', () => {
  const keypoints = ['left_hip', 'right_hip'];
  const pairs = [['left_hip', 'right_hop']] as const;
  expect(() => deriveSkeleton({ name: 'x', keypoints, pairs })).toThrow(
    'skeleton "x".pairs[0]: no such joint: expected one of left_hip, right_hip, got right_hop. ' +
      'Did you mean "right_hip"?',
  );
});

test('a pair of a joint that is like none has no advice', () => {
  const pairs = [['left_hip', 'quux']] as const;
  expect(() => deriveSkeleton({ name: 'x', keypoints: ['left_hip'], pairs })).toThrow(
    /^skeleton "x"\.pairs\[0\]: no such joint: expected one of left_hip, got quux\.$/,
  );
});

test('other pairs than those of COCO make its 17 names another skeleton', () => {
  const { keypoints } = coco17;
  const pairs = [['left_eye', 'right_eye']] as const;
  expect(deriveSkeleton({ name: 'x', keypoints, pairs }).pairs).toEqual([[1, 2]]);
});

test('any joints of two sides are paired, whatever their order and notation', () => {
  const rest = fc.uniqueArray(fc.stringMatching(/^[b-jm-ps-wyz]{2,7}$/), { minLength: 1 });
  const notation = fc.constantFrom<(side: string, name: string) => string>(
    (side, name) => `${side}_${name}`,
    (side, name) => `${name}.${side[0]!.toUpperCase()}`,
    (side, name) => `${side[0]}${name}`,
    (side, name) => `${side}${name[0]!.toUpperCase()}${name.slice(1)}`,
  );
  fc.assert(
    fc.property(rest, notation, (names, write) => {
      const left = names.map((name) => write('left', name));
      const right = names.map((name) => write('right', name));
      const indices = flipIndices(deriveSkeleton({ name: 'x', keypoints: [...left, ...right] }));
      const count = names.length;
      expect(indices).toEqual(indices.map((_, at) => (at < count ? at + count : at - count)));
    }),
    { seed: 1 },
  );
});
