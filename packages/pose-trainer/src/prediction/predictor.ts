import type { Pixels } from '@limber/dataset-loader';
import { decodeUpright, drawInput } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import { loadEngine } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { Affine, Box, Size, Skeleton } from '@limber/keypoints';
import { createCodec, cropAffine, flipIndices, invertAffine, regionOfBox } from '@limber/keypoints';
import type { LoadedModel, PersonDetector } from '@limber/model-zoo';
import { createMovenetDetector, loadModel } from '@limber/model-zoo';
import { createKeypointPredictor } from './keypoint-predictor.ts';

/** An image to look at: a file, the bytes of one (JPEG, PNG, WebP, …), or decoded RGB pixels. */
export type PredictorImage = string | Uint8Array | Pixels;

/** Where the persons are: their boxes in imagePx, or one person who fills the image. */
export type PersonBoxes = readonly Box[] | 'whole-image';

/** One person that was found. */
export interface PredictedPose {
  /** K times x, y (imagePx), score (0 to 1), in the order of the skeleton, as in COCO's result files. */
  readonly keypoints: readonly number[];
  /** Where the person was looked for: x, y, width, height in imagePx. */
  readonly box: Box;
  /** Mean of the joints' scores, times that of the detector if it found the person. */
  readonly score: number;
}

/** A trained model that finds the joints of persons in images. */
export interface Predictor {
  /** Names, limbs and pairs of the joints. */
  readonly skeleton: Skeleton;
  /** What the model sees of one person, in pixels. */
  readonly inputSize: Size;
  /**
   * Finds the joints of each person of an image.
   *
   * @param boxes - without them a person detector finds the persons.
   * @returns one pose a box, in the order of the boxes; without boxes, the detector's best first.
   * @throws {LimberError} `invalid-image` if the image cannot be decoded; `invalid-argument` for a
   * box without area; as `createMovenetDetector`, if the detector's weights cannot be had.
   */
  predict(image: PredictorImage, boxes?: PersonBoxes): Promise<PredictedPose[]>;
  /** Frees the weights of the model and of the detector. */
  dispose(): void;
}

/** How a model is used. */
export interface LoadPredictorOptions {
  /** By default the process's engine, installed first if it is missing. */
  readonly engine?: Engine;
  /** Finds persons where no boxes are given. By default MoveNet MultiPose, loaded at first use. */
  readonly detector?: PersonDetector;
  /** Averages each prediction with that of the mirror image: twice the work, some 1 to 2 points of AP. */
  readonly flipTest?: boolean;
  /** Persons that go through the network at once. */
  readonly batchSize?: number;
  /** Called with a line before weights of a detector are fetched. */
  readonly onNotice?: (line: string) => void;
}

/** A person to be looked at. */
interface Person {
  readonly box: Box;
  /** Of the detector; 1 for a box that was given. */
  readonly score: number;
  /** How much larger than the box the crop is; the usual padding if undefined. */
  readonly padding?: number;
}

/**
 * Loads a trained model for prediction.
 *
 * @param folder - what training wrote: `model.json` and `weights.safetensors`.
 * @throws {LimberError} `missing-file` or `corrupt-data`, as `loadModel`.
 */
export async function loadPredictor(
  folder: string,
  options: LoadPredictorOptions = {},
): Promise<Predictor> {
  const { flipTest = false, batchSize = 8, onNotice } = options;
  const engine = options.engine ?? (await loadEngine());
  const model = await loadModel(engine, folder);
  const { inputSize } = model.spec;
  let detector = options.detector;
  const findPersons = async ({ data, size }: Pixels): Promise<Person[]> => {
    detector ??= await createMovenetDetector(engine, { ...(onNotice && { onNotice }) });
    return detector.detect({ data, ...size });
  };
  const locate = createLocator(engine, model, { flipTest });
  return {
    skeleton: model.skeleton,
    inputSize,
    predict: async (source, boxes) => {
      const image = await toPixels(source);
      const persons = personsOf(image, boxes) ?? (await findPersons(image));
      const poses: PredictedPose[] = [];
      for (let at = 0; at < persons.length; at += batchSize) {
        poses.push(...(await locate(image, persons.slice(at, at + batchSize))));
      }
      return poses;
    },
    dispose: () => {
      model.dispose();
      if (options.detector === undefined) detector?.dispose();
    },
  };
}

function createLocator(
  engine: Engine,
  model: LoadedModel,
  { flipTest }: { readonly flipTest: boolean },
): (image: Pixels, persons: readonly Person[]) => Promise<PredictedPose[]> {
  const { inputSize } = model.spec;
  const { cropConvention: convention } = createCodec(model.codec);
  const inputBytes = inputSize.height * inputSize.width * 3;
  const network = createKeypointPredictor({
    engine,
    model,
    categoryId: 0,
    ...(flipTest ? { flipIndices: flipIndices(model.skeleton) } : {}),
  });
  return async (image, persons) => {
    const images = new Uint8Array(persons.length * inputBytes);
    const toImage = persons.map(({ box, padding }, index): Affine => {
      const region = regionOfBox(box, inputSize, padding);
      const toInput = cropAffine(region, inputSize, { convention });
      const data = images.subarray(index * inputBytes, (index + 1) * inputBytes);
      drawInput(image, toInput, { data, size: inputSize });
      return invertAffine(toInput);
    });
    const batch = { size: persons.length, images, toImage, imageIds: persons.map(() => 0) };
    const results = await network.predictStep(batch);
    return results.map(({ keypoints, score }, index) => {
      const person = persons[index]!;
      return { keypoints, box: person.box, score: score * person.score };
    });
  };
}

function personsOf({ size }: Pixels, boxes: PersonBoxes | undefined): Person[] | undefined {
  if (boxes === undefined) return undefined;
  if (boxes === 'whole-image') {
    return [{ box: [0, 0, size.width, size.height], score: 1, padding: 1 }];
  }
  const wrong = boxes.findIndex((box) => !box.every(Number.isFinite) || box[2] <= 0 || box[3] <= 0);
  if (wrong < 0) return boxes.map((box) => ({ box, score: 1 }));
  throw new LimberError('invalid-argument', {
    where: `boxes[${wrong}]`,
    what: 'not a box',
    expected: 'x, y, width, height in pixels, the sides above 0',
    got: `[${boxes[wrong]!.join(', ')}]`,
  });
}

async function toPixels(source: PredictorImage): Promise<Pixels> {
  if (typeof source !== 'string' && !(source instanceof Uint8Array)) return source;
  try {
    return await decodeUpright(source);
  } catch (cause) {
    const problem = {
      where: typeof source === 'string' ? source : 'image',
      what: 'not a readable image',
      expected: 'a complete JPEG, PNG, WebP, AVIF, TIFF or GIF',
      got: (cause as Error).message,
    };
    throw new LimberError('invalid-image', problem, { cause });
  }
}
