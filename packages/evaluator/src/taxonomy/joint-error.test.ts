import { describe, expect, it } from 'vitest';
import type { TruePerson } from '../ground-truths/ground-truth.ts';
import { distanceAt, jointSimilarity } from '../oks/joint-similarity.ts';
import type { JointQuestion } from './joint-error.ts';
import { judgeJoint } from './joint-error.ts';

const area = 10_000;
const sigma = 0.1;

/** Two joints, one of each side: the first at (0, 0) where nothing else is said. */
function person(keypoints: readonly number[]): TruePerson {
  const bbox = [0, 0, 100, 100] as const;
  return {
    id: 1,
    image_id: 1,
    category_id: 1,
    keypoints,
    num_keypoints: 2,
    bbox,
    area,
    iscrowd: 0,
  };
}

const own = person([0, 0, 2, 900, 0, 2]);
const other = person([0, 2000, 2, 900, 2000, 2]);

function judge(x: number, y: number, others: readonly TruePerson[] = []) {
  const question: JointQuestion = { x, y, joint: 0, mirrored: 1, sigma };
  return judgeJoint(question, own, others);
}

describe('a joint', () => {
  it('is as near in every direction', () => {
    const px = distanceAt(0.7, sigma, area);
    for (const [x, y] of [
      [px, 0],
      [0, -px],
      [0.6 * px, 0.8 * px],
    ] as const) {
      expect(judge(x, y)).toEqual({ error: 'jitter', corrected: 0.85 });
    }
  });

  it('that is good stays where it is', () => {
    const { error, corrected } = judge(distanceAt(0.9, sigma, area), 0);
    expect(error).toBe('good');
    expect(corrected).toBeCloseTo(0.9, 12);
  });

  it('is near from a similarity of 0.5 on, and good from 0.85 on', () => {
    const limits = (similarity: number, spread: number, size: number) => {
      const px = distanceAt(similarity, spread, size);
      expect(jointSimilarity(px * px, spread, size)).toBe(similarity);
      const question = { x: px, y: 0, joint: 0, mirrored: 1, sigma: spread };
      return judgeJoint(question, { ...own, area: size }, []);
    };
    expect(limits(0.5, 0.5, 400)).toEqual({ error: 'jitter', corrected: 0.85 });
    expect(limits(0.85, 0.5, 400)).toEqual({ error: 'good', corrected: 0.85 });
  });

  it('without another side is never an inversion', () => {
    const px = distanceAt(0.8, sigma, area);
    const question = { x: px, y: 0, joint: 0, mirrored: 0, sigma };
    expect(judgeJoint(question, own, [])).toEqual({ error: 'jitter', corrected: 0.85 });
  });

  it('where somebody else has it unlabelled is no swap', () => {
    const blind = person([500, 500, 0, 700, 500, 0]);
    expect(judge(500, 500, [blind])).toEqual({ error: 'miss', corrected: 0.5 });
  });

  it('of the other side is an inversion, of somebody else a swap, with the similarity that it has there', () => {
    const px = distanceAt(0.8, sigma, area);
    const inverted = judge(900 + px, 0, [other]);
    expect(inverted.error).toBe('inversion');
    expect(inverted.corrected).toBeCloseTo(0.8, 12);
    for (const x of [0, 900]) {
      const swapped = judge(x, 2000 - px, [other]);
      expect(swapped.error).toBe('swap');
      expect(swapped.corrected).toBeCloseTo(0.8, 12);
    }
  });

  it('where two persons have it is its own', () => {
    expect(judge(0, 0, [own])).toEqual({ error: 'good', corrected: 1 });
  });
});
