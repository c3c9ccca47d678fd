/** The half widths of a limb at a place along it. Metres. */
export interface ProfilePoint {
  /** 0 at the first joint, 1 at the second. */
  readonly at: number;
  /** Half width from side to side. */
  readonly side: number;
  /** Half depth from back to front. */
  readonly depth: number;
  /** How far the middle lies to the front of the line between the joints. */
  readonly front: number;
}

/** A profile from rows of [at, side, depth, front]. */
export function profileOf(
  rows: readonly (readonly [at: number, side: number, depth: number, front: number])[],
): ProfilePoint[] {
  return rows.map(([at, side, depth, front]) => ({ at, side, depth, front }));
}

/** The profile at one place, on a smooth curve through its points; beyond its ends it stays as it is there. */
export function sampleProfile(profile: readonly ProfilePoint[], at: number): ProfilePoint {
  const above = profile.findIndex((point) => point.at >= at);
  if (above === 0) return { ...profile[0]!, at };
  if (above < 0) return { ...profile.at(-1)!, at };
  const points = [above - 2, above - 1, above, above + 1].map(
    (index) => profile[Math.min(profile.length - 1, Math.max(0, index))]!,
  ) as [ProfilePoint, ProfilePoint, ProfilePoint, ProfilePoint];
  const curve = (field: 'side' | 'depth' | 'front'): number => hermite(points, field, at);
  return { at, side: curve('side'), depth: curve('depth'), front: curve('front') };
}

function hermite(
  [before, start, end, after]: readonly [ProfilePoint, ProfilePoint, ProfilePoint, ProfilePoint],
  field: 'side' | 'depth' | 'front',
  at: number,
): number {
  const span = end.at - start.at;
  const t = (at - start.at) / span;
  const slope = (a: ProfilePoint, b: ProfilePoint): number =>
    b.at === a.at ? 0 : ((b[field] - a[field]) / (b.at - a.at)) * span;
  const leaving = slope(before, end);
  const arriving = slope(start, after);
  const t2 = t * t;
  const t3 = t2 * t;
  return (
    (2 * t3 - 3 * t2 + 1) * start[field] +
    (t3 - 2 * t2 + t) * leaving +
    (3 * t2 - 2 * t3) * end[field] +
    (t3 - t2) * arriving
  );
}
