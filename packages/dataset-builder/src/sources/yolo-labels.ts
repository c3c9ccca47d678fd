import { LimberError } from '@limber/files';
import type { Size } from '@limber/keypoints';
import type { LabelledPerson } from './labelled-images.ts';
import { roundPx } from './read-annotation-file.ts';
import type { YoloData } from './yolo-data.ts';

/**
 * Reads the labels of one image: a line a person, its class, its box (centre, width, height) and its joints, all as parts
 * of the image. A joint at (0, 0) without a visibility is not labelled.
 *
 * @throws {LimberError} `invalid-annotations` naming file and line.
 */
export function parseLabels(
  text: string,
  { file, size, data }: { readonly file: string; readonly size: Size; readonly data: YoloData },
): LabelledPerson[] {
  const { valuesPerJoint, classes, category } = data;
  const length = 5 + category.keypoints.length * valuesPerJoint;
  return text.split(/\r?\n/).flatMap((line, index): LabelledPerson[] => {
    if (line.trim() === '') return [];
    const where = `${file}:${index + 1}`;
    const fail = (what: string, expected: string, got: string): never => {
      throw new LimberError('invalid-annotations', { where, what, expected, got });
    };
    const words = line.trim().split(/\s+/);
    const values = words.map(Number);
    const bad = words.find((_, at) => !Number.isFinite(values[at]));
    if (bad !== undefined)
      fail('not a number', 'numbers with spaces between', `"${bad.slice(0, 40)}"`);
    if (values.length !== length) {
      fail(
        'wrong length',
        `${length} numbers: class, box, joints of ${valuesPerJoint}`,
        `${values.length}`,
      );
    }
    const [type, x, y, width, height] = values as [number, number, number, number, number];
    if (!Number.isInteger(type) || type < 0 || type >= classes.length) {
      fail('no such class', `0 to ${classes.length - 1}`, `${type}`);
    }
    if (type !== 0)
      fail('labels of several classes', 'persons, class 0, only', `${type} ("${classes[type]}")`);
    if (width < 0 || height < 0)
      fail('not a box', 'a width and a height >= 0', `${width}, ${height}`);
    const keypoints = category.keypoints.flatMap((_, joint) => {
      const at = 5 + joint * valuesPerJoint;
      const [left, top] = [values[at]!, values[at + 1]!];
      const v = valuesPerJoint === 3 ? values[at + 2]! : left === 0 && top === 0 ? 0 : 2;
      return [roundPx(left * size.width), roundPx(top * size.height), v];
    });
    return [
      {
        where,
        keypoints,
        bbox: [
          roundPx((x - width / 2) * size.width),
          roundPx((y - height / 2) * size.height),
          roundPx(width * size.width),
          roundPx(height * size.height),
        ],
      },
    ];
  });
}
