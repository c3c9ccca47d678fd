/** A place on a floor or a wall, in metres, as one pixel sees it. */
export interface SurfacePoint {
  /** Along the surface: on a floor from the middle of the person, on a wall from its middle. */
  readonly x: number;
  /** On a floor the other way along it, on a wall up from the floor. */
  readonly y: number;
  /** Metres that the pixel covers there: finer detail fades out. */
  readonly pixel: number;
}

/** 1 in the gap at the edge of every cell, softened by the size of a pixel. Cells have size 1. */
export function gap(place: number, width: number, pixel: number): number {
  const distance = Math.abs(place - Math.round(place));
  const soft = Math.max(pixel, 1e-4);
  const reach = Math.min(1, Math.max(0, (width / 2 + soft / 2 - distance) / soft));
  return reach * Math.min(1, width / soft + 0.15);
}

/** How much of a detail of a size is seen: less where a pixel covers more than it, metres. */
export function sharpness(size: number, pixel: number): number {
  return Math.min(1, size / pixel);
}

/** Detail of which a share is seen, and its mean instead of the rest. */
export function fade(value: number, share: number, mean = 0.5): number {
  return mean + (value - mean) * share;
}
