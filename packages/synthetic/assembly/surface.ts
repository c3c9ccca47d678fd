/** 1 in the gap at the edge of every cell, softened by the size of a pixel. Cells have size 1. */
export function gap(place: f32, width: f32, pixel: f32): f32 {
  const distance = abs(place - nearest(place));
  const soft = max<f32>(pixel, 1e-4);
  const reach = min<f32>(1, max<f32>(0, (width / 2 + soft / 2 - distance) / soft));
  return reach * min<f32>(1, width / soft + 0.15);
}

/** How much of a detail of a size is seen: less where a pixel covers more than it, metres. */
export function sharpness(size: f32, pixel: f32): f32 {
  return min<f32>(1, size / pixel);
}

/** Detail of which a share is seen, and its mean instead of the rest. */
export function fade(value: f32, share: f32, mean: f32): f32 {
  return mean + (value - mean) * share;
}
