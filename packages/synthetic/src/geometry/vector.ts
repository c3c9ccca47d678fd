/** A point or direction in world metres: x to the person's left, y up, z to the person's front. */
export type Vec3 = readonly [x: number, y: number, z: number];

export function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

/** `a + b * factor`. */
export function addScaled(a: Vec3, b: Vec3, factor: number): Vec3 {
  return [a[0] + b[0] * factor, a[1] + b[1] * factor, a[2] + b[2] * factor];
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function lengthOf(a: Vec3): number {
  return Math.sqrt(dot(a, a));
}

export function normalize(a: Vec3): Vec3 {
  return scale(a, 1 / lengthOf(a));
}

/** From `a` at 0 to `b` at 1. */
export function mix(a: Vec3, b: Vec3, at: number): Vec3 {
  return addScaled(scale(a, 1 - at), b, at);
}

/** The direction nearest to `a` that is perpendicular to the unit vector `axis`. */
export function perpendicular(a: Vec3, axis: Vec3): Vec3 {
  const rest = addScaled(a, axis, -dot(a, axis));
  if (dot(rest, rest) > 1e-10) return normalize(rest);
  return perpendicular(Math.abs(axis[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0], axis);
}

/** From 0 at 0 to 1 at 1, level at both ends. */
export function smooth(at: number): number {
  return at * at * (3 - 2 * at);
}
