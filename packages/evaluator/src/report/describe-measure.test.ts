import { expect, it } from 'vitest';
import { cocoTiny } from '../fixtures/coco-tiny.suite.ts';
import { chooseSigmas } from '../sigmas/choose-sigmas.ts';
import { describeMeasure } from './describe-measure.ts';

it('says by which sigmas, and whose areas are derived', () => {
  const sigmas = chooseSigmas(cocoTiny);
  const line = 'Sigmas: those of COCO, by the names of the joints.';
  expect(describeMeasure(cocoTiny, sigmas)).toBe(line);
  const [first, ...others] = cocoTiny.annotations;
  const annotations = [{ ...first!, area_source: 'bbox' } as const, ...others];
  expect(describeMeasure({ annotations }, sigmas)).toBe(
    `${line} The areas of 1 of 14 persons are 0.53 of their boxes.`,
  );
  expect(describeMeasure({ annotations }, sigmas, 'box')).toBe(
    `${line} The areas of 14 of 14 persons are 0.53 of their boxes.`,
  );
});
