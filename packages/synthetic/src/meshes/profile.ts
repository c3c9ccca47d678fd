/** The half widths of a limb at a place along it. Metres. */
export type ProfilePoint = readonly [
  /** 0 at the first joint, 1 at the second. */
  at: number,
  /** Half width from side to side. */
  side: number,
  /** Half depth from back to front. */
  depth: number,
  /** How far the middle lies to the front of the line between the joints. */
  front: number,
];
export type Profile = readonly ProfilePoint[];

/** The same half width everywhere: a rod, or a ball where both ends are at one place. */
export function evenProfile(radius: number): Profile {
  return [
    [0, radius, radius, 0],
    [1, radius, radius, 0],
  ];
}

/** A thicker limb, with something of an even thickness on it, metres. */
export function thicken(profile: Profile, factor: number, offset = 0): Profile {
  return profile.map(([at, side, depth, front]) => [
    at,
    side * factor + offset,
    depth * factor + offset,
    front * factor,
  ]);
}

/** The profile at one place, on a smooth curve through its points; beyond its ends it stays as it is there. */
export function sampleProfile(profile: Profile, at: number): ProfilePoint {
  const above = profile.findIndex((point) => point[0] >= at);
  if (above === 0) return profile[0]!;
  if (above < 0) return profile.at(-1)!;
  const points = [above - 2, above - 1, above, above + 1].map(
    (index) => profile[Math.min(profile.length - 1, Math.max(0, index))]!,
  ) as unknown as Neighbours;
  return [at, hermite(points, 1, at), hermite(points, 2, at), hermite(points, 3, at)];
}

type Neighbours = readonly [ProfilePoint, ProfilePoint, ProfilePoint, ProfilePoint];

function hermite([before, start, end, after]: Neighbours, field: 1 | 2 | 3, at: number): number {
  const span = end[0] - start[0];
  const t = (at - start[0]) / span;
  const slope = (a: ProfilePoint, b: ProfilePoint): number =>
    b[0] === a[0] ? 0 : ((b[field] - a[field]) / (b[0] - a[0])) * span;
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
