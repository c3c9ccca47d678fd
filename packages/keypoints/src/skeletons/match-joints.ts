/**
 * Finds joints by their names. Upper and lower case, and the signs between words, make no difference.
 *
 * @returns for each wanted joint the index of the given one of the same name; -1 where there is none.
 */
export function matchJoints(wanted: readonly string[], given: readonly string[]): number[] {
  const names = given.map(plainName);
  return wanted.map((joint) => names.indexOf(plainName(joint)));
}

function plainName(joint: string): string {
  return joint.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '_');
}
