import { LimberError } from '@limber/files';

/** Refuses what is no size in pixels. @param where - the codec. @throws {LimberError} `invalid-argument`. */
export function checkSides(where: string, sides: readonly number[]): void {
  if (sides.every((side) => Number.isInteger(side) && side >= 1)) return;
  throw new LimberError('invalid-argument', {
    where,
    what: 'not a size',
    expected: 'whole numbers >= 1',
    got: sides.join(', '),
  });
}
