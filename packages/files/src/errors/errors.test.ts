import { describe, expect, test } from 'vitest';
import { cannotBeRead } from './cannot-be-read.ts';
import { describeProblem, LimberError } from './limber-error.ts';
import { nearestName, suggestName } from './nearest-name.ts';

describe('describeProblem', () => {
  test.each([
    [{ what: 'not a box' }, 'not a box.'],
    [{ where: 'a.json', what: 'not a box' }, 'a.json: not a box.'],
    [
      { where: 'a.json', what: 'not a box', expected: '4 numbers', got: '3', fix: 'Add one.' },
      'a.json: not a box: expected 4 numbers, got 3. Add one.',
    ],
    [{ what: 'not a box', got: '3' }, 'not a box: got 3.'],
    [{ what: '', expected: '4 numbers' }, 'expected 4 numbers.'],
  ])('%o becomes one line', (problem, line) => {
    expect(describeProblem(problem)).toBe(line);
  });
});

test('a LimberError carries code, place, cause and the exit code of wrong input', () => {
  const cause = new Error('disk');
  const error = new LimberError('missing-file', { where: 'a.json', what: 'gone' }, { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'LimberError',
    code: 'missing-file',
    where: 'a.json',
    exitCode: 2,
    cause,
  });
  expect(String(error)).toBe('LimberError: a.json: gone.');
});

test.each([
  ['ENOENT', 'no such file'],
  ['EISDIR', 'a folder'],
  ['EACCES', 'no permission'],
  ['EIO', 'EIO: i/o error, read'],
])('a file that cannot be read for %s got %s', (code, words) => {
  const cause = Object.assign(new Error('EIO: i/o error, read'), { code });
  const error = cannotBeRead('a.json', cause, { expected: 'JSON', fix: 'Look.' });
  expect(error).toMatchObject({ code: 'missing-file', where: 'a.json', cause });
  expect(error.message).toBe(`a.json: cannot be read: expected JSON, got ${words}. Look.`);
});

describe('nearestName', () => {
  const known = ['image_id', 'category_id', 'keypoints'];
  test.each([
    ['imageid', 'image_id'],
    ['Keypoint', 'keypoints'],
    ['catgory_id', 'category_id'],
    ['colour', undefined],
  ])('%s means %s', (name, meant) => {
    expect(nearestName(name, known)).toBe(meant);
  });

  test('knows nothing where nothing is known', () => {
    expect(nearestName('x', [])).toBeUndefined();
  });
});

describe('suggestName', () => {
  test.each([
    ['epohcs', ['epochs', 'model'], ' Did you mean "epochs"?'],
    ['x', ['epochs', 'model'], ' Expected one of: epochs, model.'],
    ['x', [], ''],
  ])('%s among %o', (name, known, sentence) => {
    expect(suggestName(name, known)).toBe(sentence);
  });

  test('lists no more than twelve names', () => {
    const known = Array.from({ length: 14 }, (_, index) => `parameter-${index}`);
    expect(suggestName('zzz', known)).toMatch(/parameter-11, and 2 more\.$/);
  });

  test('of equally near names the one with the same beginning', () => {
    expect(nearestName('vals', ['pals', 'valx'])).toBe('valx');
  });
});
