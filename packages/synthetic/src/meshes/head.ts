import type { Frame } from '../geometry/frame.ts';
import { toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { scale } from '../geometry/vector.ts';
import { bone, rigid } from './bones.ts';
import type { DressedBody } from './dressed-body.ts';
import { addLimb } from './limb.ts';
import type { Ring } from './loft.ts';
import { addLoft } from './loft.ts';
import type { Mesh } from './mesh.ts';
import { part } from './part.ts';
import type { Profile } from './profile.ts';
import { thicken } from './profile.ts';

/** Rows from chin to crown: metres above the eyes, half width, front and back of the eyes' axis. For a head of 0.228 m. */
const headOutline = [
  [-0.117, 0.003, 0.06, 0.05],
  [-0.114, 0.024, 0.08, 0.025],
  [-0.1, 0.041, 0.09, -0.005],
  [-0.08, 0.053, 0.093, -0.04],
  [-0.055, 0.061, 0.09, -0.065],
  [-0.03, 0.067, 0.088, -0.084],
  [0, 0.071, 0.085, -0.095],
  [0.03, 0.075, 0.092, -0.1],
  [0.06, 0.073, 0.085, -0.097],
  [0.085, 0.06, 0.063, -0.08],
  [0.102, 0.039, 0.035, -0.052],
  [0.111, 0.016, 0.008, -0.024],
  [0.113, 0.001, -0.006, -0.009],
] as const;

/** Features in the frame of the head, metres, for a head of 0.228 m. x is for the left side. */
export const features: Readonly<Record<'eye' | 'ear' | 'noseTip', Vec3>> = {
  eye: [0.033, 0, 0.0745],
  ear: [0.077, -0.014, -0.012],
  noseTip: [0, -0.042, 0.113],
};

export const headSegments = 20;

const nose: Profile = [
  [0, 0.008, 0.008, 0],
  [0.6, 0.011, 0.013, 0],
  [1, 0.017, 0.016, 0],
];
const ear: Profile = [
  [0, 0.009, 0.012, 0],
  [0.6, 0.01, 0.02, 0],
  [1, 0.009, 0.017, 0],
];

const onHead = rigid(bone.head);

/** Adds head, nose and ears. World metres. */
export function addHead(mesh: Mesh, { pose, person, palette }: DressedBody): void {
  const { head } = pose;
  const size = person.headScale;
  addLoft(mesh, headRings(head, size, 0), {
    segments: headSegments,
    part: part.head,
    material: palette.face,
    texture: faceTexture,
  });
  const addFeature = (from: Vec3, to: Vec3, profile: Profile): void =>
    addLimb(mesh, {
      from: toWorld(head, scale(from, size)),
      to: toWorld(head, scale(to, size)),
      front: head.front,
      profile: thicken(profile, size),
      part: part.head,
      material: palette.skin,
      segments: 8,
      rings: 4,
      bindingAt: () => onHead,
    });
  addFeature([0, 0.004, 0.084], [0, -0.042, 0.098], nose);
  addFeature([0.071, -0.03, -0.006], [0.078, 0.006, -0.016], ear);
  addFeature([-0.071, -0.03, -0.006], [-0.078, 0.006, -0.016], ear);
}

/** The outline of the head as rings, `offset` metres larger all round. */
export function headRings(head: Frame, size: number, offset: number): Ring[] {
  return headOutline.map(([y, width, front, back], index) => {
    const isPole = index === 0 || index === headOutline.length - 1;
    const grown = isPole ? 0 : offset;
    const rise = (y > 0 ? y / 0.113 : 0) * offset;
    return {
      center: toWorld(head, [0, y * size + rise, ((front + back) / 2) * size]),
      across: scale(head.left, width * size + grown),
      forward: scale(head.front, ((front - back) / 2) * size + grown),
      along: y,
      binding: onHead,
    };
  });
}

/** On the front of the head: metres to the left, metres above the eyes; at the back 10 to the side. */
function faceTexture(angle: number, along: number): readonly [number, number] {
  const row = headOutline.findIndex(([y]) => y >= along - 1e-9);
  const width = headOutline[Math.max(0, row)]![1];
  const x = width * Math.cos(angle * 2 * Math.PI);
  const isBack = angle > 0.5 && angle < 1;
  return [isBack ? x + 10 : x, along];
}
