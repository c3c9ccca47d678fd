/** What people do. */
export const actions = [
  'squat',
  'standing',
  'walking',
  'lunge',
  'bending',
  'sitting',
  'lying',
  'hanging',
  'inverted',
  'athletic',
] as const;
export type Action = (typeof actions)[number];

/** What can be wrong with a squat: the thighs stay above parallel, the knees fall inwards, the trunk tips forwards, the heels leave the floor. */
export type Fault = 'none' | 'shallow' | 'knees-in' | 'leaning' | 'heels-up';

/** What a person does in one frame. */
export interface MotionLabel {
  readonly action: Action;
  /** Of the repetition that the frame belongs to; it shows most where `depth` is 1. */
  readonly fault: Fault;
  /** Part of the repetition, 0 to 1: down, hold, up, rest. 0 where nothing is repeated. */
  readonly phase: number;
  /** How far down, 0 to 1: 1 at the lowest point of this repetition. */
  readonly depth: number;
}

/** The label of what is not repeated and has no faults. */
export function plainLabel(action: Action, phase = 0): MotionLabel {
  return { action, fault: 'none', phase, depth: 0 };
}
