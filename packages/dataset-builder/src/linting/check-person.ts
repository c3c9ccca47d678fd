import type { Skeleton } from '@limber/keypoints';
import type { SourceAnnotation } from '../sources/source.ts';
import type { LintRule } from './lint-finding.ts';

/** What is wrong with a person, and the field that says so. */
export interface PersonFault {
  readonly rule: LintRule;
  readonly field: string;
  readonly message: string;
}

/** Looks at the box and the joints of one person. imagePx. */
export function checkPerson(person: SourceAnnotation, skeleton: Skeleton): PersonFault[] {
  if (person.iscrowd === 1) return [];
  return [...degenerateBox(person), ...boxWithoutJoints(person), ...swappedSides(person, skeleton)];
}

/** A box thinner than this shows nothing. */
const thinnestPx = 1;

function degenerateBox({ bbox }: SourceAnnotation): PersonFault[] {
  const [, , width, height] = bbox;
  if (width >= thinnestPx && height >= thinnestPx) return [];
  const message = `[${bbox.join(', ')}] is thinner than a pixel`;
  return [{ rule: 'box-degenerate', field: 'bbox', message }];
}

/** How far joints may reach beyond their box, as a part of its sides. */
const boxMargin = 0.25;

function boxWithoutJoints({ bbox, keypoints }: SourceAnnotation): PersonFault[] {
  const [x, y, width, height] = bbox;
  const labelled = jointsOf(keypoints);
  const outside = labelled.filter(
    (joint) =>
      joint.x < x - width * boxMargin ||
      joint.x > x + width * (1 + boxMargin) ||
      joint.y < y - height * boxMargin ||
      joint.y > y + height * (1 + boxMargin),
  );
  if (labelled.length === 0 || outside.length * 2 <= labelled.length) return [];
  const message = `${outside.length} of ${labelled.length} joints are far outside of it`;
  return [{ rule: 'box-without-joints', field: 'bbox', message }];
}

/** Limbs must be this much shorter after an exchange to be taken for swapped. */
const shorterBy = 0.6;
/** Nearer than this part of the box's longer side, left and right cannot be told apart. */
const leastApart = 0.15;
/** Arms and legs that cross are as short as bent or foreshortened ones: below this part of the person's longest limb. */
const shortLimb = 0.8;

/**
 * A pair of joints whose limbs to the pair above become much shorter when left and right are exchanged is swapped, if it
 * crosses the trunk, or if the limbs are long: arms around the knees, crossed legs and legs of a runner seen from the front
 * do cross.
 */
function swappedSides({ bbox, keypoints }: SourceAnnotation, skeleton: Skeleton): PersonFault[] {
  const pairs = skeleton.pairs ?? [];
  const apart = leastApart * Math.max(bbox[2], bbox[3]);
  const at = (joint: number): Joint | undefined => {
    const [x, y, v] = keypoints.slice(joint * 3, joint * 3 + 3) as [number, number, number];
    return v > 0 ? { x, y } : undefined;
  };
  const linked = new Set(skeleton.links.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  return pairs.flatMap(([left, right], index): PersonFault[] => {
    for (const [upperLeft, upperRight] of pairs.slice(0, index)) {
      const isLimb = linked.has(`${left} ${upperLeft}`) && linked.has(`${right} ${upperRight}`);
      const [l, r, ul, ur] = [at(left), at(right), at(upperLeft), at(upperRight)];
      if (!isLimb || !l || !r || !ul || !ur) continue;
      if (distance(l, r) < apart || distance(ul, ur) < apart) continue;
      const straight = distance(l, ul) + distance(r, ur);
      const crossed = distance(l, ur) + distance(r, ul);
      if (crossed > straight * shorterBy) continue;
      const isTrunk = skeleton.lowerBody.includes(left) !== skeleton.lowerBody.includes(upperLeft);
      const others = skeleton.links.map(([a, b]) => {
        const isOwn = [left, right, upperLeft, upperRight].filter((one) => one === a || one === b);
        const [start, end] = [at(a), at(b)];
        return isOwn.length === 2 || !start || !end ? 0 : distance(start, end);
      });
      if (!isTrunk && straight / 2 < shortLimb * Math.max(0, ...others)) continue;
      const [one, other] = [skeleton.keypoints[left]!, skeleton.keypoints[right]!];
      const message = `${one} and ${other} look swapped: their limbs are ${Math.round(straight)} px long, ${Math.round(crossed)} px when exchanged`;
      return [{ rule: 'sides-swapped', field: `keypoints[${left * 3}] (${one})`, message }];
    }
    return [];
  });
}

interface Joint {
  readonly x: number;
  readonly y: number;
}

function distance(a: Joint, b: Joint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function jointsOf(keypoints: readonly number[]): Joint[] {
  const joints: Joint[] = [];
  for (let at = 0; at < keypoints.length; at += 3) {
    if (keypoints[at + 2]! > 0) joints.push({ x: keypoints[at]!, y: keypoints[at + 1]! });
  }
  return joints;
}
