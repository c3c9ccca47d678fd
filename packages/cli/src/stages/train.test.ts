import { expect, test } from 'vitest';
import train from './train.ts';

const issuesOf = (distillation: object): string[] => {
  const { error } = train.params!.safeParse({ model: 'limber-tiny', distillation });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
};

test('a trained teacher is an input of the stage, so that its files are in the fingerprint', () => {
  expect(issuesOf({ teacher: './runs/large/model' })).toEqual([
    'distillation.teacher: expected null: in a pipeline, a trained model is given as the input teacher',
  ]);
  expect(issuesOf({})).toEqual([]);
  expect(issuesOf({ teacher: 'movenet-thunder' })).toEqual([]);
});
