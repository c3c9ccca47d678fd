import { LimberError, suggestName } from '@limber/files';
import type { Box, MachineLabel } from '@limber/keypoints';
import type { LabelledPerson } from './labelled-images.ts';

/** One joint that was marked in an image. imagePx. */
export interface Mark {
  readonly where: string;
  readonly joint: string;
  readonly x: number;
  readonly y: number;
  readonly visibility: 1 | 2;
  /** What the marks of one person share; null: the tool does not say. */
  readonly person: string | null;
  /** Set where a model made the mark, and nobody has moved it since. */
  readonly machine?: MachineMark;
}

/** The model that made a mark, and how sure it was: 0 to 1. */
export interface MachineMark {
  readonly teacher: string;
  readonly score?: number;
}

/** A box around a person. */
export interface MarkedBox {
  readonly where: string;
  readonly box: Box;
  readonly person: string | null;
  /** Set where a model made the box, and nobody has changed it since. */
  readonly machine?: MachineMark;
}

/**
 * Puts the marks of an image together to persons: by what they share, else by the only box that holds them, else all of
 * them are one person's.
 *
 * @param joints - the names, in order.
 * @param image - names the image in messages.
 * @throws {LimberError} `invalid-annotations` for a joint that is not among them, one marked twice, or marks that
 * could be of several persons.
 */
export function gatherPersons(
  { marks, boxes, image }: { marks: readonly Mark[]; boxes: readonly MarkedBox[]; image: string },
  joints: readonly string[],
): LabelledPerson[] {
  const persons = new Map<string, { marks: Mark[]; box?: MarkedBox }>();
  const personOf = (key: string): { marks: Mark[]; box?: MarkedBox } => {
    const known = persons.get(key) ?? { marks: [] };
    persons.set(key, known);
    return known;
  };
  const loose: { readonly key: string; readonly box: Box }[] = [];
  for (const [index, box] of boxes.entries()) {
    const key = box.person === null ? `box ${index}` : `person ${box.person}`;
    const person = personOf(key);
    if (person.box !== undefined)
      throw twice(box.where, 'a second box of one person', person.box.where);
    person.box = box;
    loose.push({ key, box: box.box });
  }
  for (const mark of marks) {
    const key = mark.person === null ? keyByBox(mark, loose) : `person ${mark.person}`;
    personOf(key).marks.push(mark);
  }
  return [...persons.values()].map(({ marks: own, box }) => {
    const keypoints = joints.flatMap(() => [0, 0, 0]);
    const seen = new Map<string, Mark>();
    for (const mark of own) {
      const before = seen.get(mark.joint);
      if (before !== undefined) {
        throw twice(mark.where, `a second "${mark.joint}" of one person`, before.where);
      }
      seen.set(mark.joint, mark);
      const at = joints.indexOf(mark.joint);
      if (at < 0) throw unknownJoint(mark, joints);
      keypoints.splice(at * 3, 3, mark.x, mark.y, mark.visibility);
    }
    const where = box?.where ?? own[0]?.where ?? image;
    const machine_label = machineLabelOf([...own, ...(box ? [box] : [])], seen, joints);
    return {
      where,
      keypoints,
      ...(box === undefined ? {} : { bbox: box.box }),
      ...(machine_label && { machine_label }),
    };
  });
}

/** A person is a model's as long as nobody has touched a joint or the box. */
function machineLabelOf(
  parts: readonly (Mark | MarkedBox)[],
  markOf: ReadonlyMap<string, Mark>,
  joints: readonly string[],
): MachineLabel | undefined {
  const [first] = parts;
  if (first?.machine === undefined || parts.some(({ machine }) => machine === undefined)) {
    return undefined;
  }
  const { teacher } = first.machine;
  const scores = joints.map((joint) => markOf.get(joint)?.machine?.score);
  const hasScores = scores.some((score) => score !== undefined);
  return { teacher, ...(hasScores && { scores: scores.map((score) => score ?? 0) }) };
}

function keyByBox(
  mark: Mark,
  boxes: readonly { readonly key: string; readonly box: Box }[],
): string {
  if (boxes.length === 0) return 'all';
  if (boxes.length === 1) return boxes[0]!.key;
  const holding = boxes.filter(
    ({ box: [x, y, width, height] }) =>
      mark.x >= x && mark.y >= y && mark.x <= x + width && mark.y <= y + height,
  );
  if (holding.length === 1) return holding[0]!.key;
  throw new LimberError('invalid-annotations', {
    where: mark.where,
    what: `no way to tell whose "${mark.joint}" it is`,
    expected: 'a group that the marks of a person share, or one box around it',
    got: holding.length === 0 ? 'no box' : `${holding.length} boxes`,
  });
}

function twice(where: string, what: string, before: string): LimberError {
  return new LimberError('invalid-annotations', {
    where,
    what,
    expected: 'one',
    got: `another at ${before}`,
    fix: 'Give the marks of each person a group of their own, or a box around it.',
  });
}

function unknownJoint({ where, joint }: Mark, joints: readonly string[]): LimberError {
  return new LimberError('invalid-annotations', {
    where,
    what: 'a joint that the skeleton does not have',
    expected: `one of ${joints.join(', ')}`,
    got: `"${joint}"`,
    fix: suggestName(joint, joints).trim() || 'Add it to the skeleton file.',
  });
}
