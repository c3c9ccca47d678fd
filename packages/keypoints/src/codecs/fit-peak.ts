/** Pixels of a line that the parabola is fitted to. */
const fitLength = 5;
/** Pixels below this share of the peak's value count as if they had it. */
const fitFloor = 0.001;
/** The peak of the parabola is looked for this near to the highest pixel. */
const longestFitPx = 1;

/**
 * How far the peak of a Gaussian lies from the highest pixel of a line through it.
 *
 * A parabola is fitted to the logarithms of five pixels, each weighted by the square of its value: those around the
 * highest one, or the outermost five. It needs no pixel outside of the map, and is exact for a Gaussian that the border cuts.
 *
 * @param line - values along the line.
 * @param peak - index of the highest, which is above 0.
 * @returns from -1 to 1 pixel; 0 if the pixels do not form a peak, or are fewer than five.
 */
export function fitPeak(line: ArrayLike<number>, peak: number): number {
  const reach = (fitLength - 1) / 2;
  if (line.length < fitLength) return 0;
  const middle = Math.min(Math.max(peak, reach), line.length - 1 - reach);
  // of weights x offset^power, and of these times the logarithm
  const s = [0, 0, 0, 0, 0];
  const t = [0, 0, 0];
  for (let offset = -reach; offset <= reach; offset++) {
    const value = Math.max(line[middle + offset]! / line[peak]!, fitFloor);
    let weight = value * value;
    const logarithm = Math.log(value);
    for (let power = 0; power < s.length; power++) {
      s[power]! += weight;
      if (power < t.length) t[power]! += weight * logarithm;
      weight *= offset;
    }
  }
  const [s0, s1, s2, s3, s4] = s as [number, number, number, number, number];
  const [t0, t1, t2] = t as [number, number, number];
  // Cramer's rule for a and b of a x² + b x + c, both times the same determinant, which is above 0
  const a = t2 * (s2 * s0 - s1 * s1) - s3 * (t1 * s0 - s1 * t0) + s2 * (t1 * s1 - s2 * t0);
  const b = s4 * (t1 * s0 - s1 * t0) - t2 * (s3 * s0 - s1 * s2) + s2 * (s3 * t0 - t1 * s2);
  if (!(a < 0)) return 0;
  const shift = middle - b / (2 * a) - peak;
  return Math.min(Math.max(shift, -longestFitPx), longestFitPx);
}
