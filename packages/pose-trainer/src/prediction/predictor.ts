import type { Pixels } from '@limber/dataset-loader';
import { decodeUpright } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import { loadEngine } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { Box, Size, Skeleton } from '@limber/keypoints';
import type { PersonDetector } from '@limber/model-zoo';
import { createMovenetDetector } from '@limber/model-zoo';
import type { PersonToLocate } from './pose-locator.ts';
import { openLocator } from './pose-locator.ts';
import type { PredictedPose } from './predicted-pose.ts';

/** An image to look at: a file, the bytes of one (JPEG, PNG, WebP, …), or decoded RGB pixels. */
export type PredictorImage = string | Uint8Array | Pixels;

/** Where the persons are: their boxes in imagePx, or one person who fills the image. */
export type PersonBoxes = readonly Box[] | 'whole-image';

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
  /** Called with a line before weights of a published model are fetched. */
  readonly onNotice?: (line: string) => void;
}

/**
 * Loads a trained model for prediction, or a published one.
 *
 * @param model - the folder that training wrote, with `model.json` and `weights.safetensors`; or `movenet-lightning` or
 * `movenet-thunder`, whose weights are fetched once.
 * @throws {LimberError} `missing-file` or `corrupt-data`, as `loadModel` and `loadPretrainedPose`.
 */
export async function loadPredictor(
  model: string,
  options: LoadPredictorOptions = {},
): Promise<Predictor> {
  const { flipTest = false, batchSize = 8, onNotice } = options;
  const engine = options.engine ?? (await loadEngine());
  const notices = onNotice && { onNotice };
  const locator = await openLocator(engine, model, { flipTest, ...notices });
  let detector = options.detector;
  const findPersons = async ({ data, size }: Pixels): Promise<PersonToLocate[]> => {
    detector ??= await createMovenetDetector(engine, notices);
    return detector.detect({ data, ...size });
  };
  return {
    skeleton: locator.skeleton,
    inputSize: locator.inputSize,
    predict: async (source, boxes) => {
      const image = await toPixels(source);
      const persons = personsOf(image, boxes) ?? (await findPersons(image));
      const poses: PredictedPose[] = [];
      for (let at = 0; at < persons.length; at += batchSize) {
        poses.push(...(await locator.locate(image, persons.slice(at, at + batchSize))));
      }
      return poses;
    },
    dispose: () => {
      locator.dispose();
      if (options.detector === undefined) detector?.dispose();
    },
  };
}

function personsOf({ size }: Pixels, boxes: PersonBoxes | undefined): PersonToLocate[] | undefined {
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
