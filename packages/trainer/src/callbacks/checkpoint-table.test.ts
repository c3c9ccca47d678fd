import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckpointEntry, TableRules } from './checkpoint-table.ts';
import { enterTable } from './checkpoint-table.ts';

function enterAll(scores: readonly (number | null)[], rules: TableRules): string[] {
  let entries: readonly CheckpointEntry[] = [];
  for (const [index, score] of scores.entries()) {
    entries = enterTable(entries, { name: `${index}`, score }, rules)?.entries ?? entries;
  }
  return entries.map(({ name }) => name);
}

describe('enterTable', () => {
  test('keeps the k best, best first', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          // 0 and -0 are one score
          fc.double({ noNaN: true }).map((score) => score + 0),
          { minLength: 1, maxLength: 12 },
        ),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('min' as const, 'max' as const),
        (scores, saveTopK, mode) => {
          const sign = mode === 'min' ? 1 : -1;
          const best = [...scores.keys()].sort((a, b) => sign * (scores[a]! - scores[b]!));
          const kept = enterAll(scores, { mode, saveTopK });
          expect(kept.map((name) => scores[Number(name)])).toEqual(
            best.slice(0, saveTopK).map((index) => scores[index]),
          );
        },
      ),
    );
  });

  test('without scores keeps the k newest', () => {
    expect(enterAll([null, null, null, null], { mode: 'min', saveTopK: 2 })).toEqual(['3', '2']);
  });

  test('where a metric was monitored before or is from now on, takes the newer one for better', () => {
    for (const mode of ['min', 'max'] as const) {
      for (const score of [-1, 1]) {
        expect(enterAll([null, score], { mode, saveTopK: 1 })).toEqual(['1']);
        expect(enterAll([score, null], { mode, saveTopK: 1 })).toEqual(['1']);
      }
    }
  });

  test('of equal scores the newer one counts as better', () => {
    expect(enterAll([0, 0, 0], { mode: 'max', saveTopK: 2 })).toEqual(['2', '1']);
    expect(enterAll([0, 0, 0], { mode: 'min', saveTopK: 2 })).toEqual(['2', '1']);
  });

  test('counts NaN as worse than anything', () => {
    expect(enterAll([Number.NaN, 5, Number.NaN], { mode: 'min', saveTopK: 1 })).toEqual(['1']);
    expect(enterAll([Number.NaN, Number.NaN], { mode: 'max', saveTopK: 1 })).toEqual(['0']);
  });

  test('keeps all with -1 and none with 0', () => {
    expect(enterAll([1, 2, 3], { mode: 'min', saveTopK: -1 })).toEqual(['0', '1', '2']);
    expect(enterAll([1, 2, 3], { mode: 'min', saveTopK: 0 })).toEqual([]);
  });

  test('names what leaves the table, and gives none for a candidate that does not enter it', () => {
    const entries = [
      { name: 'a', score: 1 },
      { name: 'b', score: 2 },
    ];
    const rules: TableRules = { mode: 'min', saveTopK: 2 };
    expect(enterTable(entries, { name: 'c', score: 3 }, rules)).toBeNull();
    expect(enterTable(entries, { name: 'c', score: 1.5 }, rules)).toEqual({
      entries: [entries[0], { name: 'c', score: 1.5 }],
      removed: ['b'],
    });
    expect(enterTable(entries, { name: 'c', score: 0 }, { mode: 'min', saveTopK: 1 })).toEqual({
      entries: [{ name: 'c', score: 0 }],
      removed: ['a', 'b'],
    });
  });

  test('replaces an entry of the same name without removing its file', () => {
    const entries = [{ name: 'a', score: 1 }];
    const rules: TableRules = { mode: 'min', saveTopK: 1 };
    expect(enterTable(entries, { name: 'a', score: 2 }, rules)).toEqual({
      entries: [{ name: 'a', score: 2 }],
      removed: [],
    });
  });
});
