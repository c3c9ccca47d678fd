import type { Engine, Tensor4D } from '@limber/engine';
import { namedWeights, readWeights } from '@limber/engine';
import type { CodecConfig, Size } from '@limber/keypoints';
import { createCodec, createRandom, deriveSkeleton } from '@limber/keypoints';
import type { CodecChoice, ModelName, PoseModel } from '@limber/model-zoo';
import { createModel } from '@limber/model-zoo';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectGradientOf } from '../../../engine/src/kernels/gradient-check.suite.ts';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import type { LossName } from '../losses/loss-names.ts';
import { createKeypointPredictor } from '../prediction/keypoint-predictor.ts';
import { createDistillation } from './create-distillation.ts';
import type { Teacher } from './teacher.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
}, 60_000);

const skeleton = deriveSkeleton({
  name: 'arm',
  keypoints: ['left_shoulder', 'left_elbow', 'left_wrist'],
});
const inputSize: Size = { height: 32, width: 32 };

function modelOf(name: ModelName, codec?: CodecChoice): PoseModel {
  const spec = { name, inputSize, jointCount: 3, ...(codec && { codec }) };
  return createModel(engine, spec, { seed: 1 });
}

/** Two images of noise. */
function batchOf({ height, width }: Size) {
  const random = createRandom('noise');
  const images = Uint8Array.from({ length: 2 * height * width * 3 }, () => random.uniform(0, 256));
  return { images, size: 2, imageIds: [0, 0], toImage: [] };
}

/** A teacher who sees the same in every image. */
function teacherWhoSees(output: readonly number[], codec: CodecConfig, loss?: string): Teacher {
  const [height, width, channels] = [1, ...createCodec(codec).targetShape(3)].slice(-3);
  const shape = [2, height!, width!, channels!] as [number, number, number, number];
  const model = modelOf('movenet-lightning');
  const apply = (): Tensor4D => engine.tf.tensor4d([...output, ...output], shape);
  model.dispose();
  const blind = { ...model, codec, model: { apply } } as unknown as PoseModel;
  return { model: blind, skeleton, source: 'blind', ...(loss !== undefined && { loss }) };
}

const usual = { alpha: 0.5, temperature: 1 };

describe.each<{ name: ModelName; loss: LossName; codec?: CodecChoice }>([
  { name: 'limber-tiny', loss: 'squared-error' },
  { name: 'limber-tiny', loss: 'ohkm', codec: { type: 'udp-heatmap' } },
  { name: 'limber-tiny', loss: 'kl-divergence', codec: { type: 'simcc' } },
  { name: 'movenet-lightning', loss: 'cross-entropy' },
])('$name by $loss', ({ name, loss, codec }) => {
  test('a student like the teacher has nothing to learn, and teaching changes no teacher', async () => {
    const { tf } = engine;
    const [teacher, other] = [modelOf(name, codec), modelOf(name, codec)];
    const before = await readWeights(namedWeights(teacher.model));
    const tensors = tf.memory().numTensors;
    const temperature = loss === 'cross-entropy' || loss === 'kl-divergence' ? 2 : 1;
    const { of } = createDistillation(
      engine,
      {
        teacher: { model: teacher, skeleton, source: 'teacher' },
        student: { model: other, skeleton, loss },
      },
      { alpha: 1, temperature },
    );
    const batch = batchOf(inputSize);
    const predictor = createKeypointPredictor({ engine, model: other, categoryId: 1 });
    const [same, { value, grads }] = tf.tidy(() => [
      of(predictor.forward(batch, false), batch).dataSync()[0]!,
      tf.variableGrads(() => of(predictor.forward(batch, true), batch)),
    ]) as unknown as [number, ReturnType<typeof tf.variableGrads>];
    expect(Math.abs(same)).toBeLessThan(1e-6);
    // in training the batch's own statistics take the place of the running ones
    if (name === 'limber-tiny') expect(value.dataSync()[0]).toBeGreaterThan(1e-6);
    const learning = new Set(Object.keys(grads));
    const taught = namedWeights(teacher.model).filter(({ variable }) =>
      learning.has(variable.name),
    );
    expect(taught).toEqual([]);
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await readWeights(namedWeights(teacher.model))).toEqual(before);
    teacher.dispose();
    other.dispose();
  });

  test('its gradient is that of central differences', () => {
    const { tf } = engine;
    const [teacher, other] = [modelOf(name, codec), modelOf(name, codec)];
    const { of } = createDistillation(
      engine,
      {
        teacher: { model: teacher, skeleton, source: 'teacher' },
        student: { model: other, skeleton, loss },
      },
      usual,
    );
    const batch = batchOf(inputSize);
    tf.tidy(() => {
      const shape = other.model.outputShape as number[];
      const output = tf.randomUniform([2, ...shape.slice(1)], 0.1, 0.9, 'float32', 3);
      expectGradientOf(tf, (x) => of(x as Tensor4D, batch), { inputs: [output], tolerance: 0.02 });
    });
    teacher.dispose();
    other.dispose();
  });
});

test('the divergence is that of the softmaxes over the pixels, divided by the temperature', () => {
  const { tf } = engine;
  const codec = {
    type: 'msra-heatmap',
    inputSize: { height: 8, width: 8 },
    heatmapSize: { height: 2, width: 2 },
  } as const;
  const logits = { teacher: [2, 0, -1, 1], student: [0.5, 1, -2, 0] };
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const maps = (values: readonly number[]): number[] =>
    values.flatMap((x) => [x, x, x]).map(sigmoid);
  const student = { ...modelOf('movenet-lightning'), codec };
  student.dispose();
  const teacher = teacherWhoSees(maps(logits.teacher), codec);
  const { of } = createDistillation(
    engine,
    {
      teacher,
      student: { model: { ...student, spec: teacher.model.spec }, skeleton, loss: 'cross-entropy' },
    },
    { alpha: 1, temperature: 4 },
  );
  const sharesOf = (values: readonly number[]): number[] => {
    const powers = values.map((x) => Math.exp(x / 4));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  };
  const [wanted, got] = [sharesOf(logits.teacher), sharesOf(logits.student)];
  const expected = wanted.reduce((sum, share, at) => sum + share * Math.log(share / got[at]!), 0);
  const output = tf.tensor4d([...maps(logits.student), ...maps(logits.student)], [2, 2, 2, 3]);
  expect(of(output, batchOf(inputSize)).dataSync()[0]).toBeCloseTo(16 * expected, 5);
});

test('of a teacher of odds, a student of heights learns the Gaussians that labels would be', () => {
  const codec = modelOf('movenet-lightning').codec as CodecConfig & { readonly sigmaPx: number };
  const joints = Float32Array.from([12, 14, 2, 20.5, 9, 2, 15, 18.25, 2]);
  const { targets } = createCodec(codec).encode(joints);
  // odds of any size, which a softmax does not see
  const maps = Array.from(targets, (height) => (0.03 * height) / (1 + 0.03 * height));
  const teacher = teacherWhoSees(maps, codec, 'cross-entropy');
  const student = modelOf('limber-tiny');
  const { of } = createDistillation(
    engine,
    { teacher, student: { model: student, skeleton, loss: 'squared-error' } },
    usual,
  );
  const output = engine.tf.tensor4d([...targets, ...targets], [2, 8, 8, 3]);
  // of maps of 8 pixels the border cuts a part of each Gaussian off, and the sum of the rest is taken for the whole
  const loss = of(output, batchOf(inputSize)).dataSync()[0]!;
  const heights = 500 * (targets.reduce((sum, height) => sum + height ** 2, 0) / targets.length);
  expect(loss / heights).toBeLessThan(0.01);
  const raw = createDistillation(
    engine,
    {
      teacher: { ...teacher, loss: 'squared-error' },
      student: { model: student, skeleton, loss: 'squared-error' },
    },
    usual,
  );
  expect(raw.of(output, batchOf(inputSize)).dataSync()[0]! / heights).toBeGreaterThan(0.5);
  student.dispose();
});

test('joints go by their names', () => {
  const model = modelOf('limber-tiny');
  const { codec } = model;
  const joints = Float32Array.from([12, 14, 2, 20.5, 9, 2, 15, 18.25, 2]);
  const { targets } = createCodec(codec).encode(joints);
  const turned = deriveSkeleton({
    name: 'turned',
    keypoints: ['left_wrist', 'left_shoulder', 'left_elbow'],
  });
  const swapped = createCodec(codec).encode(
    Float32Array.from([6, 7, 8, 0, 1, 2, 3, 4, 5], (at) => joints[at]!),
  );
  const teacher = { ...teacherWhoSees([...swapped.targets], codec), skeleton: turned };
  const { of } = createDistillation(
    engine,
    { teacher, student: { model, skeleton, loss: 'squared-error' } },
    usual,
  );
  const output = engine.tf.tensor4d([...targets, ...targets], [2, 8, 8, 3]);
  expect(of(output, batchOf(inputSize)).dataSync()[0]).toBe(0);
  model.dispose();
});

describe('a teacher is refused', () => {
  const refusalOf = (teacher: PoseModel, student: PoseModel, more: object = {}): string => {
    const options = {
      teacher: { model: teacher, skeleton, source: './large', ...more },
      student: { model: student, skeleton, loss: 'squared-error' as LossName, ...more },
    };
    try {
      createDistillation(engine, options, usual);
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    } finally {
      teacher.dispose();
      student.dispose();
    }
  };

  test('who lacks joints', () => {
    const teacher = modelOf('limber-tiny');
    const hand = deriveSkeleton({ name: 'hand', keypoints: ['left_elbow', 'thumb', 'palm'] });
    const options = {
      teacher: { model: teacher, skeleton: hand, source: './large' },
      student: { model: teacher, skeleton, loss: 'squared-error' as LossName },
    };
    expect(() => createDistillation(engine, options, usual)).toThrow(
      'distillation: teacher ./large: it does not know these joints of the student: left_shoulder, left_wrist: ' +
        'expected left_shoulder, left_elbow, left_wrist, got left_elbow, thumb, palm. Fine-tune the teacher on the same data first.',
    );
    teacher.dispose();
  });

  test('who has another codec', () => {
    expect(refusalOf(modelOf('limber-tiny', { type: 'simcc' }), modelOf('limber-tiny'))).toBe(
      'distillation: teacher ./large: it has another codec than the student: expected msra-heatmap, got simcc. ' +
        'Set codec: { type: simcc } for the student, or train the teacher with msra-heatmap.',
    );
  });

  test('whose heatmaps have no odds, where the student learns by them', () => {
    const loss = 'cross-entropy';
    expect(refusalOf(modelOf('limber-tiny'), modelOf('movenet-lightning'), { loss })).toBe(
      'distillation: teacher ./large: its heatmaps are not between 0 and 1, as the loss cross-entropy needs: ' +
        'expected a MoveNet, got limber-tiny. Set loss: squared-error for the student, or take another teacher.',
    );
  });
});
