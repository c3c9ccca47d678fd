import { expect, test } from 'vitest';
import { coco17 } from '@limber/keypoints';
import { personGalleries, takeEvenly } from './person-galleries.ts';

test('items are chosen at even distances', () => {
  expect(takeEvenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8]);
  expect(takeEvenly([0, 1], 5)).toEqual([0, 1]);
});

const pose = (x: number): number[] => coco17.keypoints.flatMap(() => [x, 50, 2]);
const person = (annotationId: number, oks: number) => ({
  imageId: 1,
  annotationId,
  row: annotationId,
  oks,
  joints: ['miss', 'good', 'miss', null] as const,
});

test('persons are drawn with their own results, the worst first, and those that were not found', async () => {
  const galleries = await personGalleries(
    { found: [person(2, 0.2), person(1, 0.9)], notFound: [3] },
    {
      annotations: [1, 2, 3].map((id) => ({
        id,
        image_id: 1,
        bbox: [0, 0, 100, 100] as const,
        keypoints: pose(id),
      })),
      images: [{ id: 1, file_name: 'squats/1.jpg', width: 100, height: 100 }],
      skeleton: coco17,
      imageFolder: undefined,
      keypointsOf: (row) => pose(row * 10),
      evenly: 2,
      worst: 1,
    },
  );
  expect(galleries.map(({ title }) => title)).toEqual([
    'Poses, evenly chosen',
    'Worst found',
    'Not found',
  ]);
  const [even, worst, missed] = galleries.map(({ figures }) => figures.map(({ html }) => html));
  expect(even).toHaveLength(2);
  // the centre of pixel 20 is half a unit further right
  expect(worst![0]).toContain('cx="20.5"');
  expect(worst![0]).toContain('OKS 0.20 · squats/1.jpg · annotation 2 · 2 miss');
  expect(missed![0]).toContain('annotation 3');
});
