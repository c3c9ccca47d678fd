/** A part of the body, by which results are summed up. */
export interface JointGroup {
  readonly name: string;
  /** Indices of keypoints, from 0. */
  readonly joints: readonly number[];
}

/**
 * The groups of joints that a category states; else those that names tell: face, hands, upper and lower body (all that is
 * not lower). Groups without joints, and of all joints, are left out.
 *
 * @param category.groups - names of joints; unknown ones are left out.
 */
export function jointGroups({
  keypoints,
  groups,
}: {
  readonly keypoints: readonly string[];
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
}): JointGroup[] {
  const known: Readonly<Record<string, (name: string) => boolean>> =
    groups === undefined ? byName : mapValues(groups, (names) => (name) => names.includes(name));
  return Object.entries(known)
    .map(([name, has]) => ({
      name,
      joints: keypoints.flatMap((joint, index) => (has(joint) ? [index] : [])),
    }))
    .filter(({ joints }) => joints.length > 0 && joints.length < keypoints.length);
}

/** Whether a joint is of hips, legs or feet, by its name. */
export function isLowerBody(name: string): boolean {
  return /hip|knee|ankle|foot|toe|heel|thigh|calf|shin/i.test(name);
}

const byName = {
  face: (name: string): boolean =>
    // a forearm has no ear
    /nose|eye|(?<!h)ear(?!m)|mouth|lip|chin|jaw|brow|cheek/i.test(name),
  hands: (name: string): boolean => /wrist|hand|palm|finger|thumb|knuckle/i.test(name),
  upper_body: (name: string): boolean => !isLowerBody(name),
  lower_body: isLowerBody,
};

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
