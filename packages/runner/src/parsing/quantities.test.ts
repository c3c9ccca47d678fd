import { expect, it } from 'vitest';
import { durationSchema } from './quantities.ts';

it('a duration is milliseconds, and no longer than a timer can wait', () => {
  expect(['90s', '10m', '2h', '24d'].map((text) => durationSchema.parse(text))).toEqual([
    90_000, 600_000, 7_200_000, 2_073_600_000,
  ]);
  expect(durationSchema.parse('24d')).toBeLessThan(2 ** 31);
  const problemOf = (text: string): string | undefined =>
    durationSchema
      .safeParse(text)
      .error?.issues.map(({ message }) => message)
      .join();
  expect(problemOf('30d')).toBe('expected at most 24d');
  expect(problemOf('9'.repeat(400) + 's')).toBe('expected at most 24d');
  expect(problemOf('30 d')).toBe('expected a time such as 90s, 10m, 2h or 7d');
});
