/** A path of an architecture of the user's own: it begins with a dot, which no model's name does. */
export const ownArchitecture: RegExp = /^\.{1,2}\/.+\.m?js$/;

/** Whether a model is named by the path of an own architecture. */
export function isOwnArchitecture(name: string): boolean {
  return ownArchitecture.test(name);
}
