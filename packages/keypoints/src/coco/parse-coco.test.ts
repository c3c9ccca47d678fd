import { describe, expect, test } from 'vitest';
import { coco17 } from '../skeletons/coco17.ts';
import type { CocoDataset } from './coco-dataset.ts';
import { parseCoco } from './parse-coco.ts';
import { fullForm, shortForm } from './coco-samples.suite.ts';

const file = 'train.json';

describe('the full form', () => {
  test('is taken as it stands', () => {
    const json = fullForm();
    const dataset = parseCoco(json, { file });
    expect(dataset.images).toEqual(json.images);
    expect(dataset.annotations).toEqual(json.annotations);
    expect(dataset.category).toStrictEqual(json.categories[0]);
    expect(dataset.derivations).toEqual([]);
    expect(dataset.findings).toEqual([]);
  });

  test('may say more than Limber needs', () => {
    const json = fullForm();
    const [annotation] = json.annotations;
    const more = {
      ...json,
      info: { year: 2026 },
      annotations: [{ ...annotation, segmentation: [] }],
    };
    expect(parseCoco(more, { file }).annotations).toEqual(json.annotations.slice(0, 1));
  });
});

describe('the short form', () => {
  const read = (): CocoDataset => parseCoco(shortForm(), { file });

  test('loads, and what it lacks is derived by rule', () => {
    const dataset = read();
    expect(dataset.annotations[1]).toEqual({
      id: 2,
      image_id: 2,
      category_id: 1,
      keypoints: shortForm().annotations[1]!.keypoints,
      num_keypoints: 17,
      bbox: [60, 20, 100, 160],
      area: 8480,
      area_source: 'bbox',
      iscrowd: 0,
    });
    expect(dataset.annotations[0]!.num_keypoints).toBe(7);
    expect(dataset.skeleton).toBe(coco17);
    expect(dataset.category.id).toBe(1);
    expect(dataset.category.skeleton[0]).toEqual([16, 14]);
  });

  test('every derivation is recorded with its rule', () => {
    expect(read().derivations).toEqual([
      { field: 'area', rule: '0.53 of the box, at least 1', count: 2 },
      { field: 'iscrowd', rule: '0', count: 2 },
      { field: 'num_keypoints', rule: 'joints with v > 0', count: 2 },
      {
        field: 'category.id',
        rule: 'the only category_id in use, else the place counted from 1',
        count: 1,
      },
      {
        field: 'category.skeleton',
        rule: 'limbs of COCO-17 between joints of the same names',
        count: 1,
      },
      { field: 'sigmas', rule: 'those of COCO-17 by name', count: 17 },
      { field: 'pairs', rule: 'names that differ in their side only', count: 8 },
    ]);
  });

  test('points and boxes outside the image are named, and nothing is changed', () => {
    const size = '"a.jpg" is 256 wide and 192 high';
    const where = 'annotations[0] (id 1)';
    const dataset = read();
    expect(dataset.findings).toEqual([
      {
        kind: 'point-outside-image',
        where: `${where}.keypoints[15] (left_shoulder)`,
        message: `(180, 220) is outside the image: ${size}`,
        image: 'a.jpg',
        person: 0,
      },
      {
        kind: 'point-outside-image',
        where: `${where}.keypoints[18] (right_shoulder)`,
        message: `(220, 220) is outside the image: ${size}`,
        image: 'a.jpg',
        person: 0,
      },
      {
        kind: 'box-outside-image',
        where: `${where}.bbox`,
        message: `[150, 100, 100, 200] reaches outside the image: ${size}`,
        image: 'a.jpg',
        person: 0,
      },
    ]);
    expect(dataset.annotations[0]!.keypoints).toEqual(shortForm().annotations[0]!.keypoints);
  });

  test('strict refuses it, naming the first point', () => {
    expect(() => parseCoco(shortForm(), { file, strict: true })).toThrow(
      'train.json: annotations[0] (id 1).keypoints[15] (left_shoulder): (180, 220) is outside the image: ' +
        '"a.jpg" is 256 wide and 192 high (and 2 more). Correct the file, or read it without strict.',
    );
  });

  test('strict refuses a single finding, and takes what has none', () => {
    const json = fullForm();
    const annotations = [{ ...json.annotations[0]!, num_keypoints: 3 }];
    expect(() => parseCoco({ ...json, annotations }, { file, strict: true })).toThrow(
      'num_keypoints: says 3, but 2 joints have v > 0: 2 is taken. Correct the file',
    );
    expect(parseCoco(json, { file, strict: true })).toEqual(parseCoco(json, { file }));
  });
});

describe('doubtful data', () => {
  test('a count that disagrees is a finding', () => {
    const json = fullForm();
    const [annotation] = json.annotations;
    const annotations = [{ ...annotation!, num_keypoints: 3 }];
    expect(parseCoco({ ...json, annotations }, { file }).findings).toEqual([
      {
        kind: 'count-disagrees',
        where: 'annotations[0] (id 11).num_keypoints',
        message: 'says 3, but 2 joints have v > 0: 2 is taken',
        image: 'clip-1/a.jpg',
        person: 0,
      },
    ]);
    expect(parseCoco({ ...json, annotations }, { file }).annotations[0]!.num_keypoints).toBe(2);
  });

  test('a box without size is a finding', () => {
    const json = fullForm();
    const annotations = [{ ...json.annotations[0]!, bbox: [5, 15, 0, 0] }];
    expect(parseCoco({ ...json, annotations }, { file }).findings).toEqual([
      {
        kind: 'empty-box',
        where: 'annotations[0] (id 11).bbox',
        message: '[5, 15, 0, 0] has no size: nothing can be cut out by it',
        image: 'clip-1/a.jpg',
        person: 0,
      },
    ]);
  });

  test('a person of area 0 gets that of its box, as a finding; crowds may have none', () => {
    const json = fullForm();
    const [annotation] = json.annotations;
    const crowd = { ...annotation!, id: 12, iscrowd: 1 };
    const annotations = [annotation!, crowd].map((one) => ({ ...one, area: 0 }));
    const dataset = parseCoco({ ...json, annotations }, { file });
    expect(dataset.annotations[0]).toMatchObject({ area: 212, area_source: 'bbox' });
    expect(dataset.annotations[1]).toMatchObject({ area: 0 });
    expect(dataset.findings).toEqual([
      {
        kind: 'no-area',
        where: 'annotations[0] (id 11).area',
        message:
          'says 0 square pixels, so that no detection is near enough: 0.53 of the box is taken',
        image: 'clip-1/a.jpg',
        person: 0,
      },
    ]);
  });

  test('a point on the far edge and a box rounded outwards by half a pixel are fine', () => {
    const json = fullForm();
    const [annotation] = json.annotations;
    const keypoints = [64, 48, 2, 0, 0, 2, 0, 0, 0];
    const annotations = [{ ...annotation!, keypoints, bbox: [-0.5, 0, 64.5, 48.5] }];
    expect(parseCoco({ ...json, annotations }, { file }).findings).toEqual([]);
  });

  test('the smallest box has an area of 1', () => {
    const json = fullForm();
    const [{ area: _, ...annotation }] = json.annotations as [(typeof json.annotations)[number]];
    const annotations = [{ ...annotation, bbox: [5, 5, 0, 0] }];
    expect(parseCoco({ ...json, annotations }, { file }).annotations[0]!.area).toBe(1);
  });
});

describe('joints of other names than COCO has', () => {
  const lsp = (change: object = {}): unknown => {
    const json = fullForm();
    const keypoints = ['Rhip', 'Lhip', 'neck'];
    return { ...json, categories: [{ id: 7, name: 'person', keypoints, ...change }] };
  };

  test('get an assumed sigma, which is a finding and stays with the category', () => {
    const { findings, category, derivations } = parseCoco(lsp(), { file });
    expect(findings).toEqual([
      {
        kind: 'assumed-sigmas',
        where: 'categories (id 7).sigmas',
        message:
          'no spread is known for Rhip, Lhip, neck: 0.079 is assumed, so AP compares with no other. State ' +
          '"sigmas": [0.107, …], one for each joint, in the category or in a skeleton file',
      },
    ]);
    expect(category).toMatchObject({
      sigmas: [0.079, 0.079, 0.079],
      assumed_sigmas: ['Rhip', 'Lhip', 'neck'],
      pairs: [['Lhip', 'Rhip']],
    });
    expect(derivations).toEqual([
      expect.objectContaining({ field: 'category.skeleton' }),
      {
        field: 'sigmas',
        rule: 'those of COCO-17 by name, 0.079 for Rhip, Lhip, neck',
        count: 3,
      },
      { field: 'pairs', rule: 'names that differ in their side only', count: 1 },
    ]);
    // read back, it is still known what was assumed
    const again = parseCoco(lsp(category), { file });
    expect(again.category).toEqual(category);
    expect(again.findings).toHaveLength(1);
  });

  test('without sides have no pairs to derive', () => {
    const { derivations, skeleton } = parseCoco(lsp({ keypoints: ['nose', 'neck', 'chin'] }), {
      file,
    });
    expect(skeleton.pairs).toEqual([]);
    expect(derivations.map(({ field }) => field)).not.toContain('pairs');
  });

  test('that look left or right without a partner are a finding', () => {
    const keypoints = ['Lhip', 'right_knee', 'nose'];
    const { findings, skeleton } = parseCoco(lsp({ keypoints, sigmas: [1, 1, 1] }), { file });
    expect(skeleton.pairs).toBeNull();
    expect(findings).toEqual([
      {
        kind: 'unknown-pairs',
        where: 'categories (id 7).pairs',
        message:
          'no partner is known for right_knee: no image can be mirrored. State "pairs": ' +
          '[["left_hip", "right_hip"], …], or [], in the category or in a skeleton file',
      },
    ]);
  });

  test('are as a skeleton file states them', () => {
    const stated = {
      name: 'mine',
      keypoints: ['Rhip', 'Lhip', 'neck'],
      sigmas: [0.1, 0.1, 0.2],
      pairs: [],
    };
    const { skeleton, findings } = parseCoco(lsp(), { file, skeleton: stated });
    expect(skeleton).toMatchObject({ name: 'person', sigmas: [0.1, 0.1, 0.2], pairs: [] });
    expect(findings).toEqual([]);
  });

  test('must be those of the skeleton file, in its order', () => {
    const skeleton = { name: 'mine', keypoints: ['Lhip', 'Rhip', 'neck'] };
    expect(() => parseCoco(lsp(), { file, skeleton })).toThrow(
      'train.json: categories (id 7).keypoints: other joints than the skeleton file "mine": ' +
        'expected Lhip, Rhip, neck, got Rhip, Lhip, neck.',
    );
  });

  test.each<[object, string]>([
    [{ pairs: [['Lhip']] }, 'a list of pairs of names: [["left_hip", "right_hip"], …]'],
    [{ assumed_sigmas: 'neck' }, 'a list of names'],
  ])('%o is refused', (change, expected) => {
    expect(() => parseCoco(lsp(change), { file })).toThrow(`: expected ${expected}, got`);
  });
});

describe('categories', () => {
  test('the one that annotations use is chosen', () => {
    const json = fullForm();
    const categories = [{ id: 1, name: 'dog', keypoints: ['tail'] }, ...json.categories];
    expect(parseCoco({ ...json, categories }, { file }).category.name).toBe('arm');
  });

  test('a set without annotations has the first', () => {
    expect(parseCoco({ ...fullForm(), annotations: [] }, { file }).category.id).toBe(7);
  });
});
