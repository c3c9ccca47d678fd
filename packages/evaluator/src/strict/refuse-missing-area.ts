import { LimberError } from '@limber/files';
import { areaPerBoxArea } from '@limber/keypoints';
import type { GroundTruth } from '../ground-truths/ground-truth.ts';

/**
 * Refuses persons without an area of their own, and says what AP would be with that of the box.
 *
 * @throws {LimberError} `invalid-annotations` at the first of them.
 */
export function refuseMissingArea(
  { annotations, withoutArea = [] }: GroundTruth,
  scoreByBox: () => number,
): void {
  const [id] = withoutArea;
  if (id === undefined) return;
  const index = annotations.findIndex((person) => person.id === id);
  const more = withoutArea.length - 1;
  throw new LimberError('invalid-annotations', {
    where: `annotations[${index}] (id ${id}).area`,
    what: 'missing',
    expected: 'the square pixels of the person',
    got: `nothing${more > 0 ? ` (and in ${more} more)` : ''}`,
    fix:
      `pycocotools stops here with a KeyError. With ${areaPerBoxArea} of the box in its place AP is ` +
      `${scoreByBox().toFixed(4)}, which is not the AP of the true areas. ` +
      'Give each person its area, or ask for areas by box.',
  });
}
