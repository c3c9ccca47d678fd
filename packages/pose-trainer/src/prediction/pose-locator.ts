import type { Pixels } from '@limber/dataset-loader';
import { drawInput } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { Affine, Box, CropConvention, Size, Skeleton } from '@limber/keypoints';
import { createCodec, cropAffine, flipIndices, invertAffine, regionOfBox } from '@limber/keypoints';
import { loadModel, loadPretrainedPose, pretrainedNames } from '@limber/model-zoo';
import { inImage } from './decode-results.ts';
import { createKeypointPredictor } from './keypoint-predictor.ts';
import type { PredictedPose } from './predicted-pose.ts';

/** A person to be looked at. */
export interface PersonToLocate {
  readonly box: Box;
  /** Of the detector; 1 for a box that was given. */
  readonly score: number;
  /** How much larger than the box the crop is; the usual padding if undefined. */
  readonly padding?: number;
}

/** A model that finds the joints of persons whose boxes are known. */
export interface PoseLocator {
  readonly skeleton: Skeleton;
  readonly inputSize: Size;
  /** @returns in the order of the persons, in imagePx. */
  locate(image: Pixels, persons: readonly PersonToLocate[]): Promise<PredictedPose[]>;
  dispose(): void;
}

/** How a model is opened. */
interface LocatorOptions {
  readonly flipTest: boolean;
  readonly onNotice?: (line: string) => void;
}

/**
 * Opens a trained model, or a published one by its name.
 *
 * @throws {LimberError} as `loadModel` and `loadPretrainedPose`; `invalid-argument` for a flip test of a published one.
 */
export async function openLocator(
  engine: Engine,
  model: string,
  options: LocatorOptions,
): Promise<PoseLocator> {
  const name = pretrainedNames.find((one) => one === model);
  return name === undefined
    ? await openTrained(engine, model, options)
    : await openPretrained(engine, name, options);
}

async function openTrained(
  engine: Engine,
  folder: string,
  { flipTest }: LocatorOptions,
): Promise<PoseLocator> {
  const model = await loadModel(engine, folder);
  const { skeleton } = model;
  const { inputSize } = model.spec;
  const { cropConvention: convention } = createCodec(model.codec);
  const inputBytes = inputSize.height * inputSize.width * 3;
  const network = createKeypointPredictor({
    engine,
    model,
    categoryId: 0,
    ...(flipTest ? { flipIndices: flipIndices(skeleton) } : {}),
  });
  return {
    skeleton,
    inputSize,
    locate: async (image, persons) => {
      const images = new Uint8Array(persons.length * inputBytes);
      const toImage = persons.map((person, index) => {
        const data = images.subarray(index * inputBytes, (index + 1) * inputBytes);
        return drawPerson(image, person, { input: { data, size: inputSize }, convention });
      });
      const batch = { size: persons.length, images, toImage, imageIds: persons.map(() => 0) };
      const results = await network.predictStep(batch);
      return results.map(({ keypoints, score }, index) => {
        const person = persons[index]!;
        return { keypoints, box: person.box, score: score * person.score };
      });
    },
    dispose: () => model.dispose(),
  };
}

async function openPretrained(
  engine: Engine,
  name: (typeof pretrainedNames)[number],
  { flipTest, onNotice }: LocatorOptions,
): Promise<PoseLocator> {
  if (flipTest) {
    throw new LimberError('invalid-argument', {
      where: name,
      what: 'no flip test: it averages heatmaps, and the published model gives joints',
      fix: 'Leave --flip-test out.',
    });
  }
  const model = await loadPretrainedPose(engine, name, onNotice && { onNotice });
  const { skeleton, inputSize } = model;
  const data = new Uint8Array(inputSize.height * inputSize.width * 3);
  const locateOne = async (image: Pixels, person: PersonToLocate): Promise<PredictedPose> => {
    const input = { data, size: inputSize };
    const toImage = drawPerson(image, person, { input, convention: 'area' });
    const { keypoints, score } = inImage(await model.locate(data), toImage);
    return { keypoints, box: person.box, score: score * person.score };
  };
  return {
    skeleton,
    inputSize,
    locate: async (image, persons) => {
      const poses: PredictedPose[] = [];
      // the published graph takes one person at a time
      for (const person of persons) poses.push(await locateOne(image, person));
      return poses;
    },
    dispose: () => model.dispose(),
  };
}

/** Draws what the model sees of a person. @returns inputPx → imagePx. */
function drawPerson(
  image: Pixels,
  { box, padding }: PersonToLocate,
  { input, convention }: { readonly input: Pixels; readonly convention: CropConvention },
): Affine {
  const toInput = cropAffine(regionOfBox(box, input.size, padding), input.size, { convention });
  drawInput(image, toInput, input);
  return invertAffine(toInput);
}
