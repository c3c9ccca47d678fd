import { expect, test } from 'vitest';
import { fullForm } from './coco-samples.suite.ts';
import { parseCoco } from './parse-coco.ts';
import { createMachineLabelCounter, describeMachineLabels } from './machine-label.ts';
import { toCocoJson } from './to-coco-json.ts';

const file = 'train.json';
const labelled = { teacher: 'movenet-thunder', scores: [0.9, 0.5, 0.02] };

/** The sample, its first person with a machine's label. */
function withLabel(machine_label: unknown): ReturnType<typeof fullForm> {
  const { annotations, ...rest } = fullForm();
  const [first, ...others] = annotations;
  const changed = { ...first!, machine_label };
  return { ...rest, annotations: [changed, ...others] };
}

test('a label that a model made stays one, and the file counts those of each model', () => {
  const dataset = parseCoco(withLabel(labelled), { file });
  expect(dataset.annotations[0]!.machine_label).toEqual(labelled);
  expect(dataset.annotations[1]).not.toHaveProperty('machine_label');
  const text = toCocoJson(dataset);
  const json = JSON.parse(text) as { info: unknown };
  expect(json.info).toEqual({ machine_labels: { 'movenet-thunder': 1 } });
  expect(toCocoJson(parseCoco(json, { file }))).toBe(text);
  expect(JSON.parse(toCocoJson(parseCoco(fullForm(), { file })))).not.toHaveProperty('info');
});

test('a teacher may be called as a field that every object has', () => {
  const json = withLabel({ teacher: '__proto__' });
  const { info } = JSON.parse(toCocoJson(parseCoco(json, { file }))) as { info: unknown };
  expect(JSON.stringify(info)).toBe('{"machine_labels":{"__proto__":1}}');
});

test('persons that models labelled are counted by model, and said in a sentence', () => {
  const counter = createMachineLabelCounter();
  const sayOf20 = (): string | undefined => describeMachineLabels(counter.counts(), 20);
  counter.add({});
  expect(sayOf20()).toBeUndefined();
  for (let person = 0; person < 12; person++) counter.add({ machine_label: { teacher: 'a' } });
  expect(sayOf20()).toBe('12 of 20 persons are labelled by a, not by people');
  counter.add({ machine_label: { teacher: 'b' } });
  expect(sayOf20()).toBe('13 of 20 persons are labelled by a (12), b (1), not by people');
});

test('a person without joints may have the scores of a model', () => {
  const { keypoints: _, ...boxed } = fullForm().annotations[0]!;
  const json = { ...fullForm(), annotations: [{ ...boxed, machine_label: labelled }] };
  expect(parseCoco(json, { file }).annotations[0]!.machine_label).toEqual(labelled);
});

test.each([
  [
    true,
    'train.json: annotations[0] (id 11).machine_label: not COCO keypoints: expected an object, got true.',
  ],
  [
    { Teacher: 'me' },
    'train.json: annotations[0] (id 11).machine_label.teacher: missing: expected the name of the model, got nothing.',
  ],
  [
    { teacher: '' },
    'train.json: annotations[0] (id 11).machine_label.teacher: not COCO keypoints: expected the name of the model, got "".',
  ],
  [
    { teacher: 'me', scores: [1, 1] },
    'train.json: annotations[0] (id 11).machine_label.scores: not COCO keypoints: expected a number for each joint, got a list of 2.',
  ],
  [
    { teacher: 'me', scores: [1, 1, null] },
    'train.json: annotations[0] (id 11).machine_label.scores: not COCO keypoints: expected a number for each joint, got a list of 3.',
  ],
])('%j is no machine label', (label, message) => {
  expect(() => parseCoco(withLabel(label), { file })).toThrow(message);
});
