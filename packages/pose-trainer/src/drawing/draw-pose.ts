import type { Point, Skeleton } from '@limber/keypoints';

/** The joints of one pose, in the order of its skeleton; null where a joint is not drawn. */
export type DrawnJoints = readonly (Point | null)[];

/** How a pose looks: true poses are white and dashed, predicted ones have a color for each side of the body. */
export type PoseStyle = 'true' | 'predicted';

/** How a pose is drawn. */
export interface DrawPoseOptions {
  readonly style: PoseStyle;
  /** Pixels of the frame to one pixel of the screen, so that lines look alike at every scale. */
  readonly unit: number;
  /** Joints that are labelled but cannot be seen: they are drawn as rings. By default none is. */
  readonly isHidden?: (joint: number) => boolean;
}

const looks = {
  true: { limbWidth: 1.4, dash: [4, 3], jointRadius: 1.5 },
  predicted: { limbWidth: 2.4, dash: [], jointRadius: 3 },
} as const;

const sideColors = { left: '#ff9f1c', right: '#2ec4ff', middle: '#7ae582' } as const;

/**
 * Draws a pose as SVG shapes.
 *
 * Frame: that of the joints, pixel centers at integers. One unit of the SVG is one pixel, and its origin is the corner of
 * the top-left pixel, so that joints lie half a unit further right and down.
 */
export function drawPose(
  joints: DrawnJoints,
  skeleton: Pick<Skeleton, 'links' | 'pairs'>,
  { style, unit, isHidden = () => false }: DrawPoseOptions,
): string {
  const { limbWidth, dash, jointRadius } = looks[style];
  const colorOf = (...members: readonly number[]): string =>
    style === 'true' ? '#fff' : sideColors[sideOf(members, skeleton)];
  const lengths = (...values: readonly number[]): string =>
    values.map((value) => round(value * unit)).join(' ');
  const limbs = skeleton.links.flatMap(([from, to]) => {
    const [start, end] = [joints[from], joints[to]];
    if (!start || !end) return [];
    const ends = `x1="${place(start.x)}" y1="${place(start.y)}" x2="${place(end.x)}" y2="${place(end.y)}"`;
    const dashes = dash.length === 0 ? '' : ` stroke-dasharray="${lengths(...dash)}"`;
    return `<line ${ends} stroke="${colorOf(from, to)}" stroke-width="${lengths(limbWidth)}" stroke-linecap="round"${dashes}/>`;
  });
  const dots = joints.flatMap((joint, index) => {
    if (joint === null) return [];
    const circle = `cx="${place(joint.x)}" cy="${place(joint.y)}" r="${lengths(jointRadius)}"`;
    if (isHidden(index)) {
      return `<circle ${circle} fill="#111" fill-opacity="0.6" stroke="${colorOf(index)}" stroke-width="${lengths(1.5)}"/>`;
    }
    return `<circle ${circle} fill="${colorOf(index)}" stroke="#111" stroke-width="${lengths(0.7)}"/>`;
  });
  return [...limbs, ...dots].join('');
}

/** The joints of [K, 3] x, y, visibility that are labelled. */
export function labelledJoints(keypoints: ArrayLike<number>): DrawnJoints {
  return pointsOf(keypoints, 3).map((point, joint) =>
    keypoints[joint * 3 + 2]! > 0 ? point : null,
  );
}

/** Whether a joint of [K, 3] x, y, visibility is labelled but hidden. */
export function hiddenIn(keypoints: ArrayLike<number>): (joint: number) => boolean {
  return (joint) => keypoints[joint * 3 + 2] === 1;
}

/** All joints of [K, stride] numbers, x and y first. */
export function pointsOf(keypoints: ArrayLike<number>, stride: 2 | 3): Point[] {
  return Array.from({ length: keypoints.length / stride }, (_, joint) => ({
    x: keypoints[joint * stride]!,
    y: keypoints[joint * stride + 1]!,
  }));
}

function sideOf(
  joints: readonly number[],
  skeleton: Pick<Skeleton, 'pairs'>,
): keyof typeof sideColors {
  const pairs = skeleton.pairs ?? [];
  if (joints.every((joint) => pairs.some(([left]) => left === joint))) return 'left';
  if (joints.every((joint) => pairs.some(([, right]) => right === joint))) return 'right';
  return 'middle';
}

function place(coordinate: number): number {
  return round(coordinate + 0.5);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
