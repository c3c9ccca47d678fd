import type { Side } from '../people/person.ts';

/** Which part of the scene a triangle belongs to; 0 is nothing. */
export const part = {
  nothing: 0,
  object: 1,
  torso: 2,
  head: 3,
  hair: 4,
  leftUpperArm: 5,
  rightUpperArm: 6,
  leftForearm: 7,
  rightForearm: 8,
  leftHand: 9,
  rightHand: 10,
  leftThigh: 11,
  rightThigh: 12,
  leftShin: 13,
  rightShin: 14,
  leftFoot: 15,
  rightFoot: 16,
} as const;
export type Part = (typeof part)[keyof typeof part];

/** The limbs of one side. */
export function limbParts(
  side: Side,
): Record<'upperArm' | 'forearm' | 'hand' | 'thigh' | 'shin' | 'foot', Part> {
  return side === 'left'
    ? {
        upperArm: part.leftUpperArm,
        forearm: part.leftForearm,
        hand: part.leftHand,
        thigh: part.leftThigh,
        shin: part.leftShin,
        foot: part.leftFoot,
      }
    : {
        upperArm: part.rightUpperArm,
        forearm: part.rightForearm,
        hand: part.rightHand,
        thigh: part.rightThigh,
        shin: part.rightShin,
        foot: part.rightFoot,
      };
}
