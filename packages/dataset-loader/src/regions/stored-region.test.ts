import type { Box } from '@limber/keypoints';
import { applyAffine, coco17, createRandom, cropAffine, invertAffine } from '@limber/keypoints';
import {
  array,
  assert,
  boolean,
  constantFrom,
  double,
  integer,
  property,
  record,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultAugmentation } from '../augmentations/augmentation-schema.ts';
import type { Augmentation } from '../augmentations/augmentation.ts';
import { drawView } from '../augmentations/draw-view.ts';
import { isViewChange } from '../augmentations/order.ts';
import { viewChanges } from '../augmentations/view-changes.ts';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import type { View, ViewContext } from '../augmentations/view.ts';
import { reachOf } from './reach.ts';
import type { StoredRegion } from './stored-region.ts';
import { storedRegion } from './stored-region.ts';

const image = { height: 2000, width: 3000 };
const input = { height: 256, width: 192 };
const nobody = { keypoints: new Float32Array(51), skeleton: coco17 };
const usual = { inputSize: input, reach: reachOf(defaultAugmentation) };
const storedOf = (box: Box): StoredRegion => storedRegion({ box, ...nobody }, image, usual);

/** An augmentation whose functions need no loading. */
const changesOf = (augmentation: Augmentation) => ({
  changeView: (view: View, context: ViewContext): View =>
    augmentation.order
      .filter(isViewChange)
      .map((name) => viewChanges[name])
      .reduce(
        (changed, { stream, change }) =>
          change(changed, augmentation, { ...context, random: context.random.fork(stream) }),
        view,
      ),
});

/** The corners of what a model sees, in imagePx, but for those outside of the image. */
function cornersSeen(view: View, inputSize: typeof input): { x: number; y: number }[] {
  const toImage = invertAffine(cropAffine(view.region, inputSize, view));
  const [right, bottom] = [inputSize.width - 1, inputSize.height - 1];
  const corners = [
    { x: 0, y: 0 },
    { x: right, y: 0 },
    { x: 0, y: bottom },
    { x: right, y: bottom },
  ].map((corner) => applyAffine(toImage, corner));
  return corners.filter(
    ({ x, y }) => x >= 0 && y >= 0 && x <= image.width - 1 && y <= image.height - 1,
  );
}

const unit = (low: number, high: number) => double({ min: low, max: high, noNaN: true });

describe('storedRegion', () => {
  test('keeps 1.25 pixels per input pixel of a large person', () => {
    const { stored, cropToImage } = storedOf([1000, 600, 600, 800]);
    // the region is 750 wide, the input 192: 3.125 image pixels per stored pixel
    expect(cropToImage[0]).toBeCloseTo(3.125, 2);
    expect(cropToImage[4]).toBeCloseTo(3.125, 2);
    expect(stored.width).toBeLessThan(image.width / 3);
  });

  test('never enlarges a small person, whose pixels keep their places', () => {
    const { left, top, cut, stored, cropToImage } = storedOf([100, 90, 30, 40]);
    expect(stored).toEqual(cut);
    expect(cropToImage).toEqual([1, 0, left, 0, 1, top]);
  });

  test('holds every corner that the augmentation it is cut for brings into view, of halves too', () => {
    const joint = record({ x: unit(0, 1), y: unit(0, 1), isLabelled: boolean() });
    const augmentations = record({
      scale: unit(0.5, 2.5),
      shift: unit(0, 0.5),
      degrees: unit(0, 180),
      padding: unit(1, 2.5),
      isHalved: boolean(),
      order: constantFrom(['halfBody', 'shift', 'scale'], ['scale', 'halfBody', 'shift']),
      width: constantFrom(192, 256, 384),
    });
    const box = record({
      x: unit(0, 2500),
      y: unit(0, 1500),
      width: unit(5, 900),
      height: unit(5, 900),
    });
    const joints = array(joint, { minLength: 17, maxLength: 17 });
    let halves = 0;
    assert(
      property(record({ box, joints, drawn: augmentations, seed: integer() }), (all) => {
        const { drawn, seed } = all;
        const { x, y, width, height } = all.box;
        const augmentation: Augmentation = {
          ...defaultAugmentation,
          halfBody: drawn.isHalved
            ? { ...defaultAugmentation.halfBody!, probability: 0.8, padding: drawn.padding }
            : null,
          scale: [0.4, drawn.scale],
          shift: { probability: 0.9, factor: drawn.shift },
          rotation: { probability: 0.9, degrees: drawn.degrees },
          order: [...drawn.order, 'rotation', 'flip'],
        };
        const inputSize = { height: 256, width: drawn.width };
        const keypoints = Float32Array.from(
          all.joints.flatMap(({ x: right, y: down, isLabelled }) => [
            x + right * width,
            y + down * height,
            isLabelled ? 2 : 0,
          ]),
        );
        const person = { box: [x, y, width, height] as const, keypoints, skeleton: coco17 };
        const cutFor = { inputSize, reach: reachOf(augmentation) };
        const { left, top, cut } = storedRegion(person, image, cutFor);
        const row: KeypointRow = {
          annotationId: 1,
          imageId: 1,
          imageSize: image,
          bbox: person.box,
          area: 1,
          iscrowd: 0,
          keypoints,
          cropSize: image,
          cropToImage: [1, 0, 0, 0, 1, 0],
          image: new Uint8Array(),
        };
        for (let draw = 0; draw < 5; draw++) {
          const options = { skeleton: coco17, inputSize, augmentation: changesOf(augmentation) };
          const view = drawView(row, options, createRandom(seed, draw));
          const whole = drawView(
            row,
            { ...options, augmentation: changesOf({ ...augmentation, halfBody: null }) },
            createRandom(seed, draw),
          );
          if (view.region.size.width !== whole.region.size.width) halves++;
          for (const seen of cornersSeen(view, inputSize)) {
            expect(seen.x).toBeGreaterThanOrEqual(left);
            expect(seen.x).toBeLessThanOrEqual(left + cut.width - 1);
            expect(seen.y).toBeGreaterThanOrEqual(top);
            expect(seen.y).toBeLessThanOrEqual(top + cut.height - 1);
          }
        }
      }),
      { seed: 4, numRuns: 300 },
    );
    expect(halves).toBeGreaterThan(50);
  });

  test('is cut closer for a milder augmentation', () => {
    const mild = { ...defaultAugmentation, scale: [0.75, 1.25], halfBody: null } as const;
    const reach = reachOf({ ...mild, rotation: { probability: 0.6, degrees: 10 } });
    const box: Box = [1400, 900, 150, 200];
    const [close, far] = [
      storedRegion({ box, ...nobody }, image, { inputSize: input, reach }).cut,
      storedOf(box).cut,
    ];
    // half of what is held: (cos + 4/3 sin of 10 degrees) / 2 x 1.25 + 0.16, against 5/3 / 2 x 1.5 + 0.16
    expect(close.width / far.width).toBeCloseTo((1.216344 * 0.625 + 0.16) / (1.25 + 0.16), 2);
  });

  test('the outer edges of the stored and the cut pixels coincide', () => {
    const { left, cut, stored, cropToImage } = storedOf([900, 500, 700, 900]);
    expect(applyAffine(cropToImage, { x: -0.5, y: 0 }).x).toBeCloseTo(left - 0.5, 9);
    expect(applyAffine(cropToImage, { x: stored.width - 0.5, y: 0 }).x).toBeCloseTo(
      left + cut.width - 0.5,
      9,
    );
  });
});
