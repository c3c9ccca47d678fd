import type { Engine, Tensor } from '@limber/engine';
import { imageBatch, readResult } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { DecodedKeypoints } from '@limber/keypoints';
import { createCodec } from '@limber/keypoints';
import type { LoadedModel } from '../weights/load-model.ts';

/** What a model gives for some images. */
interface ExportOutput {
  /** Of the network: [B, H / 4, W / 4, K] or [B, K, columns], as its codec says. */
  readonly output: Float32Array;
  /** Of the export's own decoding, where it has one: [B, K, 2] in input pixels. */
  readonly keypoints?: Float32Array;
}

/** Runs a model on images, [B, H, W, 3], RGB. */
export type RunExport = (images: Uint8Array, batch: number) => Promise<ExportOutput>;

/** How an export differs from the original on some images. */
export interface Comparison {
  readonly images: number;
  readonly largestOutputDifference: number;
  /** Between the decoded keypoints, in input pixels. */
  readonly largestDifferencePx: number;
}

/** Float32 rounds differently in every runtime; more than this is a fault of the export. */
const largestOutputDifference = 1e-3;

/**
 * Runs an export beside the original.
 *
 * @param options.images - each H x W x 3, RGB, of the model's input size.
 * @throws {LimberError} `corrupt-data` if the outputs differ by more than 0.001: the export is not to be used.
 */
export async function compareExport(
  engine: Engine,
  model: LoadedModel,
  { run, images }: { readonly run: RunExport; readonly images: readonly Uint8Array[] },
): Promise<Comparison> {
  const batch = new Uint8Array(Buffer.concat(images));
  const expected = await runOriginal(engine, model, { images: batch, batch: images.length });
  const got = await run(batch, images.length);
  const keypoints = decode(model, expected.output, images.length);
  const exported = got.keypoints ?? decode(model, got.output, images.length);
  const comparison = {
    images: images.length,
    largestOutputDifference: largestDifference(expected.output, got.output),
    largestDifferencePx: largestDifference(keypoints, exported),
  };
  if (comparison.largestOutputDifference <= largestOutputDifference) return comparison;
  throw new LimberError('corrupt-data', {
    where: model.spec.name,
    what: 'the exported model does not compute what the original computes',
    expected: `outputs that differ by ${largestOutputDifference} at most`,
    got: `${comparison.largestOutputDifference}`,
  });
}

async function runOriginal(
  engine: Engine,
  { model, spec, normalization }: LoadedModel,
  { images, batch }: { readonly images: Uint8Array; readonly batch: number },
): Promise<ExportOutput> {
  const { height, width } = spec.inputSize;
  const output = await readResult(engine, () => {
    const input = imageBatch(engine, images, {
      shape: [batch, height, width, 3],
      ...normalization,
    });
    return model.predict(input) as Tensor;
  });
  return { output };
}

function decode({ codec, spec }: LoadedModel, output: Float32Array, batch: number): Float32Array {
  const one = createCodec(codec);
  const size = output.length / batch;
  const persons = Array.from({ length: batch }, (_, at): DecodedKeypoints =>
    one.decode(output.subarray(at * size, (at + 1) * size), spec.jointCount),
  );
  return Float32Array.from(persons.flatMap(({ keypoints }) => [...keypoints]));
}

function largestDifference(first: Float32Array, second: Float32Array): number {
  if (first.length !== second.length) return Infinity;
  let largest = 0;
  for (const [at, value] of first.entries()) {
    const difference = Math.abs(value - second[at]!);
    // written so that NaN counts as the largest
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
