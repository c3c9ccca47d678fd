import type { Random, Region } from '@limber/keypoints';
import type { Augmentation } from './augmentation.ts';
import { halfBodyRegion } from './half-body.ts';
import type { View, ViewContext } from './view.ts';

/** The name of a change of the view, as in `order`. */
export type ViewChangeName = 'halfBody' | 'shift' | 'scale' | 'rotation' | 'flip';

/** One change of the view of a person. */
interface ViewChange {
  /** Names its random stream, so that switching one change off leaves the others as they were. */
  readonly stream: string;
  readonly isOn: (augmentation: Augmentation) => boolean;
  readonly change: (view: View, augmentation: Augmentation, context: ViewContext) => View;
}

/** The augmentations that change the view of a person, in their usual order. */
export const viewChanges: Readonly<Record<ViewChangeName, ViewChange>> = {
  halfBody: {
    stream: 'half-body',
    isOn: ({ halfBody }) => halfBody !== null && halfBody.probability > 0,
    change: (view, { halfBody }, context) => {
      const region = halfBody === null ? null : halfBodyRegion(context, halfBody, context.random);
      return region === null ? view : { ...view, region };
    },
  },
  shift: {
    stream: 'shift',
    isOn: ({ shift }) => shift.probability > 0 && shift.factor > 0,
    change: (view, { shift }, { random }) =>
      random.chance(shift.probability)
        ? { ...view, region: shiftRegion(view.region, shift.factor, random) }
        : view,
  },
  scale: {
    stream: 'scale',
    isOn: ({ scaleProbability }) => scaleProbability > 0,
    change: (view, { scale, scaleProbability }, { random }) =>
      random.chance(scaleProbability)
        ? { ...view, region: scaleRegion(view.region, scale, random) }
        : view,
  },
  rotation: {
    stream: 'rotation',
    isOn: ({ rotation }) => rotation.probability > 0 && rotation.degrees > 0,
    change: (view, { rotation }, { random }) =>
      random.chance(rotation.probability)
        ? { ...view, rotationDegrees: random.truncatedNormal() * rotation.degrees }
        : view,
  },
  flip: {
    stream: 'flip',
    isOn: ({ flipProbability }) => flipProbability > 0,
    change: (view, { flipProbability }, { random }) => ({
      ...view,
      isFlipped: random.chance(flipProbability),
    }),
  },
};

/** Moves a region by up to `factor` times its own sides. */
function shiftRegion({ center, size }: Region, factor: number, random: Random): Region {
  const x = center.x + random.truncatedNormal() * factor * size.width;
  const y = center.y + random.truncatedNormal() * factor * size.height;
  return { center: { x, y }, size };
}

function scaleRegion(
  { center, size }: Region,
  range: Augmentation['scale'],
  random: Random,
): Region {
  const [low, high] = range;
  const factor = (high + low) / 2 + (random.truncatedNormal() * (high - low)) / 2;
  return { center, size: { width: size.width * factor, height: size.height * factor } };
}
