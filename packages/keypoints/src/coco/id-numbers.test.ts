import { describe, expect, test } from 'vitest';
import { countIds, IdNumbers } from './id-numbers.ts';

describe('the number of an id', () => {
  test('is itself where it is whole, also as a text', () => {
    const ids = new IdNumbers();
    expect([139, '139', -4, '0'].map((id) => ids.numberOf(id))).toEqual([139, 139, -4, 0]);
    expect(ids.hasTexts).toBe(false);
    expect(ids.sourceOf(139)).toBe(139);
  });

  test.each(['a', '007', '1.5', '1e3', ' 7', '9007199254740993', 'NaN'])(
    'is a stand-in, always the same one, for "%s"',
    (text) => {
      const ids = new IdNumbers();
      const other = ids.numberOf('other')!;
      const number = ids.numberOf(text)!;
      expect(number).toBeLessThan(0);
      expect(number).not.toBe(other);
      expect(ids.numberOf(text)).toBe(number);
      expect(ids.sourceOf(number)).toBe(text);
      expect(ids.hasTexts).toBe(true);
    },
  );

  test.each(['', 1.5, Number.NaN, 2 ** 53, null, undefined, true, {}])(
    'is not there for %j',
    (id) => {
      expect(new IdNumbers().numberOf(id)).toBeUndefined();
    },
  );
});

test('items are counted from 1, those of the same id once', () => {
  const items = [5, 5, 9, 5, 2].map((id) => ({ id }));
  expect([...countIds(items)]).toEqual([
    [5, 1],
    [9, 2],
    [2, 3],
  ]);
});
