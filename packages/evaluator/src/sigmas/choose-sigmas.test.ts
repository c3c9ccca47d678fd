import { coco17 } from '@limber/keypoints';
import { describe, expect, it } from 'vitest';
import { evaluateKeypoints } from '../evaluate-keypoints.ts';
import { cocoTiny, stretchedResults } from '../fixtures/coco-tiny.suite.ts';
import { chooseSigmas, describeSigmas } from './choose-sigmas.ts';

const renamed = coco17.keypoints.map((_, joint) => `joint ${joint}`);
const joints = (keypoints: readonly string[], more: object = {}) => ({
  category: { id: 1, name: 'person', keypoints, ...more },
});
const own = coco17.sigmas.map((sigma) => 2 * sigma);

describe('the sigmas of COCO', () => {
  it('belong to the joints of its names, in any order', () => {
    const reversed = coco17.keypoints.toReversed();
    const chosen = chooseSigmas(joints(reversed));
    expect(chosen).toEqual({
      source: 'coco-by-name',
      values: coco17.sigmas.toReversed(),
      assumed: [],
    });
    expect(describeSigmas(chosen)).toBe('Sigmas: those of COCO, by the names of the joints.');
  });

  it.each(['pycocotools', 'xtcocotools'] as const)('are taken by position by %s', (convention) => {
    for (const truth of [joints(renamed), joints(coco17.keypoints.toReversed(), { sigmas: own })]) {
      const chosen = chooseSigmas(truth, { convention });
      expect(chosen).toMatchObject({ source: 'coco-by-position', values: coco17.sigmas });
      expect(describeSigmas(chosen)).toBe(
        'Sigmas: the 17 of COCO by position, whatever the joints are called and the dataset says.',
      );
    }
  });

  it('give 17 joints of any names the AP of pycocotools', () => {
    const truth = { ...cocoTiny, ...joints(renamed) };
    const { AP } = evaluateKeypoints(truth, stretchedResults, { convention: 'pycocotools' });
    expect(AP).toBe(evaluateKeypoints(cocoTiny, stretchedResults).AP);
  });
});

describe('sigmas of the dataset', () => {
  it('come before those of COCO, and are described by their values', () => {
    const chosen = chooseSigmas(joints(['nose', 'tail'], { sigmas: [0.1, 0.2] }));
    expect(chosen).toEqual({ source: 'dataset', values: [0.1, 0.2], assumed: [] });
    expect(describeSigmas(chosen)).toBe("Sigmas: the dataset's: 0.1, 0.2.");
    const many = { ...chosen, values: [0.3, 0.1, 0.2, 0.5, 0.4] };
    expect(describeSigmas(many)).toBe("Sigmas: the dataset's: 5 from 0.1 to 0.5.");
  });

  it('say which of them are only assumed', () => {
    const stated = { sigmas: [0.026, 0.079], assumed_sigmas: ['tail'] };
    expect(describeSigmas(chooseSigmas(joints(['nose', 'tail'], stated)))).toBe(
      "Sigmas: the dataset's: 0.026, 0.079; assumed for tail, so AP compares with no other.",
    );
  });

  it('come after those that are given', () => {
    const truth = joints(['nose', 'tail'], { sigmas: [0.1, 0.2] });
    const chosen = chooseSigmas(truth, { sigmas: [0.3, 0.4], convention: 'pycocotools' });
    expect(chosen).toEqual({ source: 'given', values: [0.3, 0.4], assumed: [] });
    expect(describeSigmas(chosen)).toBe('Sigmas: as given: 0.3, 0.4.');
  });
});

describe('is refused', () => {
  it('a joint whose spread nobody knows', () => {
    expect(() => chooseSigmas(joints(['nose', 'tail', 'hoof']))).toThrow(
      'category "person": no sigma is known for tail, hoof: expected joints with the names of COCO, or a sigma for ' +
        'each, got none. Give sigmas, state "sigmas": [0.107, …] in the category or in a skeleton file, or ask for the ' +
        'numbers of pycocotools, which takes those of COCO by position.',
    );
  });

  it("any number of joints but 17, where COCO's are taken by position", () => {
    const convention = 'pycocotools';
    expect(() => chooseSigmas(joints(['nose', 'tail']), { convention })).toThrow(
      'category "person": wrong number of joints: expected 17, for which pycocotools has sigmas, got 2. pycocotools ' +
        'stops here. Give sigmas, or do without its convention.',
    );
  });

  it('two categories that do not agree', () => {
    const [first, second] = [joints(['nose']), joints(['left_hip'])];
    const categories = [first.category, { ...second.category, id: 2, name: 'dog' }];
    expect(() => chooseSigmas({ ...first, categories })).toThrow(
      'category "dog": other sigmas than category "person": expected 0.026, got 0.107. Give sigmas, or score each by ' +
        'itself.',
    );
    expect(chooseSigmas({ ...first, categories }, { sigmas: [1] }).values).toEqual([1]);
  });
});

it('up to four sigmas are listed, of more the lowest and the highest are said', () => {
  const said = (values: readonly number[]): string =>
    describeSigmas({ source: 'dataset', values, assumed: [] });
  expect(said([0.1, 0.3, 0.2, 0.4])).toBe("Sigmas: the dataset's: 0.1, 0.3, 0.2, 0.4.");
  expect(said([0.1, 0.3, 0.2, 0.4, 0.2])).toBe("Sigmas: the dataset's: 5 from 0.1 to 0.4.");
});

it('every category of the ground truth is scored by default', () => {
  const second = { ...cocoTiny.category, id: 2 };
  const annotations = cocoTiny.annotations.map((person, index) =>
    index % 2 === 0 ? person : { ...person, category_id: 2 },
  );
  const results = stretchedResults.map((result, index) =>
    index % 2 === 0 ? result : { ...result, category_id: 2 },
  );
  const truth = { ...cocoTiny, annotations, categories: [cocoTiny.category, second] };
  const evaluation = evaluateKeypoints(truth, results);
  expect(evaluation).toEqual(evaluateKeypoints(truth, results, { categoryIds: [1, 2] }));
  expect(evaluation.perCategory.map(({ categoryId }) => categoryId)).toEqual([1, 2]);
});
