import { describeMachineLabels } from '@limber/keypoints';
import type { SplitCounts } from './read-splits.ts';

/** What a reader of scores must know if models made some of the labels; undefined if they made none. */
export function machineMadeNote(splits: readonly SplitCounts[]): string | undefined {
  const made = splits.flatMap(({ name, persons, machineLabels = {} }) => {
    const text = describeMachineLabels(machineLabels, persons);
    return text === undefined ? [] : [`${name}: ${text}.`];
  });
  if (made.length === 0) return undefined;
  const meaning = 'Scores on persons that a model labelled say how alike that model this one is.';
  return [...made, meaning].join(' ');
}
