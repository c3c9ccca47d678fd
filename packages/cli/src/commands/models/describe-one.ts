import { coco17 } from '@limber/keypoints';
import type { LayerCost, ModelDescription } from '@limber/model-zoo';
import {
  architectureOf,
  describeLayers,
  describeModel,
  isOwnArchitecture,
  loadArchitecture,
} from '@limber/model-zoo';

/** A model with its layers. */
export interface DescribedModel extends ModelDescription {
  readonly layers: readonly LayerCost[];
}

/**
 * Describes one model with the 17 joints of COCO.
 *
 * @param name - of the zoo, or the path of an own architecture, which counts from the working folder.
 * @throws {LimberError} `invalid-argument` if there is no such model, or the size does not fit it; `missing-file`.
 */
export async function describeOne(
  name: string,
  inputSize?: ModelDescription['inputSize'],
): Promise<DescribedModel> {
  const architecture = isOwnArchitecture(name)
    ? { architecture: await loadArchitecture(name, process.cwd()) }
    : {};
  const usual = architectureOf({ name, ...architecture }).inputSize;
  const jointCount = coco17.keypoints.length;
  const spec = { name, inputSize: inputSize ?? usual, jointCount, ...architecture };
  return { ...describeModel(spec), layers: describeLayers(spec) };
}
