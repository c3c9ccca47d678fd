import type { SplitName } from './source.ts';

const words: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
  testing: 'test',
};

/** The split that a name speaks of, such as `person_keypoints_val2017.json`; undefined if it is none or several. */
export function splitOfName(name: string): SplitName | undefined {
  const found = name
    .toLowerCase()
    .split(/[^a-z]+/)
    .flatMap((word) => words[word] ?? []);
  return new Set(found).size === 1 ? found[0] : undefined;
}
