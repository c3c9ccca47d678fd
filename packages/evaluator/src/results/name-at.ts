/**
 * Which of some names stands between two places.
 *
 * @param names - of ASCII letters.
 * @returns undefined if it is none of them.
 */
export function nameAt<Name extends string>(
  names: readonly Name[],
  bytes: Uint8Array,
  start: number,
  end: number,
): Name | undefined {
  for (const name of names) {
    if (name.length === end - start && isName(name, bytes, start)) return name;
  }
  return undefined;
}

function isName(name: string, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < name.length; index++) {
    if (bytes[start + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}
