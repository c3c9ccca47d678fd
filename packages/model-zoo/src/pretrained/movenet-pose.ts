import type { Engine, GraphModel, Tensor } from '@limber/engine';
import { readResult } from '@limber/engine';
import type { DecodedKeypoints, Size, Skeleton } from '@limber/keypoints';
import { coco17 } from '@limber/keypoints';
import { models } from '../architectures/models.ts';
import type { pretrainedNames } from '../architectures/models.ts';
import { loadGraphModel } from './graph-model.ts';
import type { MovenetFilesOptions } from './movenet-files.ts';
import { readMovenetFiles } from './movenet-files.ts';

/** A published model that finds the joints of one person, as it is: nothing of it is trained. */
export interface PretrainedPose {
  readonly skeleton: Skeleton;
  /** What it sees of a person, in pixels. */
  readonly inputSize: Size;
  /**
   * Finds the joints of the person in the middle of an image.
   *
   * @param image - RGB, row by row, of {@link inputSize}.
   * @returns in inputPx.
   */
  locate(image: Uint8Array): Promise<DecodedKeypoints>;
  /** Frees the weights. */
  dispose(): void;
}

/** Each joint is y, x as parts of the input, and a score. */
const numbersPerJoint = 3;

/**
 * MoveNet as Google published it, for COCO's 17 joints.
 *
 * Measured on 400 photographs of athletes (Leeds Sports Pose Extended), boxes given: 85.8 % of the joints within 0.2 of
 * the torso by Thunder, 82.5 % by Lightning.
 *
 * @throws {LimberError} as {@link readMovenetFiles}.
 */
export async function loadPretrainedPose(
  engine: Engine,
  name: (typeof pretrainedNames)[number],
  options: MovenetFilesOptions = {},
): Promise<PretrainedPose> {
  const model = await loadGraphModel(engine, await readMovenetFiles(name, options));
  return createPretrainedPose(engine, model, models[name].inputSize);
}

/** {@link loadPretrainedPose} around a loaded graph: [1, H, W, 3] int32 in, [1, 1, 17, 3] float32 out. */
export function createPretrainedPose(
  engine: Engine,
  model: Pick<GraphModel, 'execute' | 'dispose'>,
  inputSize: Size,
): PretrainedPose {
  const { height, width } = inputSize;
  return {
    skeleton: coco17,
    inputSize,
    locate: async (image) => {
      const numbers = await readResult(engine, () => {
        const input = engine.tf.tensor4d(image, [1, height, width, 3], 'int32');
        return model.execute(input) as Tensor;
      });
      const joints = Array.from(coco17.keypoints, (_, joint) =>
        numbers.subarray(joint * numbersPerJoint, (joint + 1) * numbersPerJoint),
      );
      return {
        keypoints: Float32Array.from(joints.flatMap(([y, x]) => [x! * width, y! * height])),
        scores: Float32Array.from(joints, ([, , score]) => score!),
      };
    },
    dispose: () => model.dispose(),
  };
}
