import { areaPerBoxArea } from '@limber/keypoints';
import type { PersonArea } from '../conventions/convention.ts';
import type { GroundTruth } from '../ground-truths/ground-truth.ts';
import type { ChosenSigmas } from '../sigmas/choose-sigmas.ts';
import { describeSigmas } from '../sigmas/choose-sigmas.ts';

/** What AP was measured by: the sigmas, and the areas where they are not the persons' own. One line. */
export function describeMeasure(
  { annotations }: Pick<GroundTruth, 'annotations'>,
  sigmas: ChosenSigmas,
  area: PersonArea = 'annotation-or-box',
): string {
  const all = annotations.length;
  const derived = annotations.filter(({ area_source }) => area_source === 'bbox').length;
  const count = area === 'box' ? all : derived;
  const areas = `The areas of ${count} of ${all} persons are ${areaPerBoxArea} of their boxes.`;
  return count === 0 ? describeSigmas(sigmas) : `${describeSigmas(sigmas)} ${areas}`;
}
