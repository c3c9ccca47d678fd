import { LimberError } from '@limber/files';

/**
 * Checks that there is one spread > 0 for each joint.
 *
 * @throws {LimberError} `invalid-argument`
 */
export function checkSigmas(sigmas: readonly number[], jointCount: number): void {
  const where = 'sigmas';
  if (sigmas.length !== jointCount || jointCount === 0) {
    throw new LimberError('invalid-argument', {
      where,
      what: 'wrong length',
      expected: jointCount === 0 ? 'at least 1 number' : `${jointCount} numbers, one a joint`,
      got: `${sigmas.length}`,
      fix: 'pycocotools has 17 built in and stops at any other skeleton, so it would have given no AP.',
    });
  }
  const bad = sigmas.findIndex((sigma) => !(sigma > 0 && Number.isFinite(sigma)));
  if (bad >= 0) {
    throw new LimberError('invalid-argument', {
      where: `${where}[${bad}]`,
      what: 'not a spread',
      expected: 'a number > 0',
      got: `${sigmas[bad]}`,
      fix: 'A joint without spread is never right, or right everywhere: AP would mean nothing.',
    });
  }
}
