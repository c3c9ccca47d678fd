import { decodeUpright, drawInput } from '@limber/dataset-loader';
import { loadEngine } from '@limber/engine';
import type { Size } from '@limber/keypoints';
import { cropAffine, regionOfBox } from '@limber/keypoints';
import type { ExportReport } from '@limber/model-zoo';
import { exportModel } from '@limber/model-zoo';
import { findImages } from '../predict/image-files.ts';
import type { ExportCommandOptions } from './export-command.ts';

/** More images than this say nothing new about an export. */
const mostImages = 32;

/**
 * Exports a model, compared on whole images where some are given.
 *
 * @throws {LimberError} for what is missing or wrong, naming it.
 */
export async function runExport(options: ExportCommandOptions): Promise<ExportReport> {
  const { weights, format, out, images, decoding, trainingRun } = options;
  const engine = await loadEngine();
  return exportModel(engine, {
    model: weights,
    format,
    out,
    hasDecoding: decoding,
    ...(trainingRun === undefined ? {} : { trainingRun }),
    ...(images === undefined ? {} : { images: (size: Size) => readInputs(images, size) }),
  });
}

/** Images as the model sees them, each as a whole. */
async function readInputs(patterns: readonly string[], input: Size): Promise<Uint8Array[]> {
  const files = (await findImages(patterns)).slice(0, mostImages);
  const inputs: Uint8Array[] = [];
  for (const { path } of files) {
    const image = await decodeUpright(path);
    const { height, width } = image.size;
    const region = regionOfBox([0, 0, width, height], input, 1);
    const data = new Uint8Array(input.height * input.width * 3);
    drawInput(image, cropAffine(region, input), { size: input, data });
    inputs.push(data);
  }
  return inputs;
}
