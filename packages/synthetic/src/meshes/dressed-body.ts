import type { Pose } from '../motions/pose.ts';
import type { Appearance } from '../people/appearance.ts';
import type { Person } from '../people/person.ts';
import type { Palette } from './palette.ts';

/** A person in a pose and in clothes. */
export interface DressedBody {
  readonly pose: Pose;
  readonly person: Person;
  readonly appearance: Appearance;
  readonly palette: Palette;
}
