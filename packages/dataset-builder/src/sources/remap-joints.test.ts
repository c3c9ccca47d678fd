import { expect, test } from 'vitest';
import { createLabelledSource } from './labelled-images.ts';
import { knownJoints, remapJoints } from './remap-joints.ts';
import type { Source, SourceAnnotation } from './source.ts';

function source(joints: readonly string[]): Source {
  const keypoints = joints.flatMap((_, index) => [index + 1, index + 2, index === 0 ? 1 : 2]);
  const image = {
    where: 'a.xml:3',
    fileName: 'a.jpg',
    path: 'a.jpg',
    size: { width: 99, height: 99 },
  };
  return createLabelledSource({
    name: 'lsp',
    category: { name: 'person', keypoints: joints },
    images: [{ ...image, persons: [{ where: 'a.xml:4', keypoints }] }],
  });
}

test('joints are taken over by their names; what only one side has is said', async () => {
  const mapped = remapJoints(source(['neck', 'Left Hip', 'right-hip']), knownJoints['coco-17']!);
  expect(mapped.skeleton.keypoints).toHaveLength(17);
  const persons: SourceAnnotation[] = [];
  for await (const { annotations } of mapped.items()) persons.push(...annotations);
  const [person] = persons;
  expect(person!.keypoints.slice(33, 39)).toEqual([2, 3, 2, 3, 4, 2]);
  expect(person!.num_keypoints).toBe(2);
  expect(mapped.derivations.at(-1)).toEqual({
    field: 'category.keypoints',
    rule: 'by name, nose, left_eye, right_eye, left_ear, right_ear, left_shoulder, right_shoulder, left_elbow, right_elbow, left_wrist, right_wrist, left_knee, right_knee, left_ankle, right_ankle not labelled, neck dropped',
    count: 17,
  });
});

test('scores of a machine’s label stay with their joints', async () => {
  const image = { where: 'a', fileName: 'a.jpg', path: 'a.jpg', size: { width: 9, height: 9 } };
  const machine_label = { teacher: 'm', scores: [0.1, 0.2] };
  const persons = [{ where: 'b', keypoints: [1, 1, 2, 2, 2, 2], machine_label }];
  const category = { name: 'leg', keypoints: ['hip', 'toe'] };
  const own = createLabelledSource({ name: 'a', category, images: [{ ...image, persons }] });
  const mapped = remapJoints(own, { name: 'leg', keypoints: ['toe', 'knee', 'hip'] });
  for await (const { annotations } of mapped.items()) {
    expect(annotations[0]!.machine_label).toEqual({ teacher: 'm', scores: [0.2, 0, 0.1] });
  }
});

test('no joint of the same name is refused', () => {
  expect(() => remapJoints(source(['tail']), { name: 'leg', keypoints: ['hip'] })).toThrow(
    'source "lsp": no joint of "leg": expected hip, got tail.',
  );
});
