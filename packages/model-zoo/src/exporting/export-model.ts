import { join } from 'node:path';
import type { Engine, NamedTensors, Tensor } from '@limber/engine';
import {
  decodeSafetensors,
  encodeSafetensors,
  imageBatch,
  namedWeights,
  readResult,
  readWeights,
  writeWeights,
} from '@limber/engine';
import { writeFileAtomic } from '@limber/files';
import type { Size } from '@limber/keypoints';
import { buildLayers } from '../models/build-layers.ts';
import type { LoadedModel } from '../weights/load-model.ts';
import { loadModel, readModelFile } from '../weights/load-model.ts';
import type { ModelFile } from '../weights/model-file.ts';
import { modelFileName } from '../weights/model-file.ts';
import type { Comparison, RunExport } from './compare-export.ts';
import { compareExport } from './compare-export.ts';
import type { ExportFormat } from './export-format.ts';
import type { ExportMetadata } from './export-metadata.ts';
import { describeExport, toTexts } from './export-metadata.ts';
import { recordGraph } from './graphs/record-graph.ts';
import { encodeOnnxModel } from './onnx/export-onnx.ts';
import { loadOnnxRuntime } from './onnx/run-onnx.ts';
import { seededImages } from './seeded-images.ts';
import type { TfjsModel } from './tfjs/export-tfjs.ts';
import { encodeTfjsModel } from './tfjs/export-tfjs.ts';
import { runTfjsModel } from './tfjs/run-tfjs.ts';
import { writeTfjsFolder } from './tfjs/write-tfjs-folder.ts';
import { writeWebFolder } from './web/write-web-folder.ts';

/** What is exported, and how. */
export interface ExportOptions {
  /** A folder that `saveModel` wrote. */
  readonly model: string;
  readonly format: ExportFormat;
  /** A file for `onnx` and `safetensors`, a folder for `tfjs` and `web`. */
  readonly out: string;
  /** What the export is compared on: each H x W x 3, RGB, of the model's input size. Colored blobs by default. */
  readonly images?: (inputSize: Size) => Promise<readonly Uint8Array[]>;
  /** Whether an ONNX file decodes its output itself; by default it does. */
  readonly hasDecoding?: boolean;
  /** Goes into the metadata. */
  readonly trainingRun?: string;
}

/** What was written. */
export interface ExportReport {
  readonly format: ExportFormat;
  readonly out: string;
  readonly metadata: ExportMetadata;
}

/**
 * Writes a trained model in a form that runs without Limber.
 *
 * The export is run and compared with the original before it is written, and says in its metadata how far the two differ.
 * Only an ONNX file may go unchecked, where `onnxruntime-node` is not installed; its `comparison` is null then.
 *
 * @throws {LimberError} `missing-file` or `corrupt-data` if the folder holds no sound model; `corrupt-data` if the export
 * computes something else; `invalid-argument` if `out` is a folder with other content.
 */
export async function exportModel(engine: Engine, options: ExportOptions): Promise<ExportReport> {
  const file = await readModelFile(join(options.model, modelFileName));
  const model = await loadModel(engine, options.model);
  try {
    const source = { engine, model, file, options, tensors: await readModelWeights(model) };
    const metadata = await formats[options.format](source);
    return { format: options.format, out: options.out, metadata };
  } finally {
    model.dispose();
  }
}

/** The model that is exported, as each format needs it. */
interface ExportSource {
  readonly engine: Engine;
  readonly model: LoadedModel;
  readonly file: ModelFile;
  readonly options: ExportOptions;
  readonly tensors: NamedTensors;
}

/** What each format does: encode, run, encode again with what the run showed, write. */
const formats: Readonly<Record<ExportFormat, (source: ExportSource) => Promise<ExportMetadata>>> = {
  onnx: exportOnnx,
  tfjs: (source) => exportTfjs(source, writeTfjsFolder),
  web: (source) => exportTfjs(source, writeWebFolder),
  safetensors: exportSafetensors,
};

async function exportOnnx({
  engine,
  model,
  file,
  options,
  tensors,
}: ExportSource): Promise<ExportMetadata> {
  const { codec, normalization } = file;
  const { spec } = model;
  const graph = recordGraph(spec, tensors);
  const encode = (metadata: ExportMetadata): Uint8Array =>
    encodeOnnxModel({
      name: spec.name,
      graph,
      normalization,
      codec,
      jointCount: spec.jointCount,
      hasDecoding: options.hasDecoding ?? true,
      metadata: toTexts(metadata),
    });
  const runtime = await loadOnnxRuntime();
  const unchecked = describeExport(file, null, options.trainingRun);
  const meaning = { codec, jointCount: spec.jointCount };
  const run = runtime?.(encode(unchecked), meaning);
  const comparison = run === undefined ? null : await compare(engine, model, { run, options });
  const metadata = describeExport(file, comparison, options.trainingRun);
  await writeFileAtomic(options.out, encode(metadata));
  return metadata;
}

async function exportTfjs(
  { engine, model, file, options, tensors }: ExportSource,
  write: (out: string, model: TfjsModel, metadata: ExportMetadata) => Promise<void>,
): Promise<ExportMetadata> {
  const { codec, normalization } = file;
  const { spec } = model;
  const graph = recordGraph(spec, tensors);
  const encode = (metadata: ExportMetadata): TfjsModel =>
    encodeTfjsModel({
      graph,
      normalization,
      inputSize: spec.inputSize,
      codec,
      metadata: { ...metadata },
    });
  const unchecked = encode(describeExport(file, null, options.trainingRun));
  const run = runTfjsModel(engine, unchecked, spec.inputSize);
  const comparison = await compare(engine, model, { run, options });
  const metadata = describeExport(file, comparison, options.trainingRun);
  await write(options.out, encode(metadata), metadata);
  return metadata;
}

async function exportSafetensors(source: ExportSource): Promise<ExportMetadata> {
  const { engine, model, file, options, tensors } = source;
  const encode = (metadata: ExportMetadata): Uint8Array[] =>
    encodeSafetensors(tensors, { format: 'tf', ...toTexts(metadata) });
  const bytes = Buffer.concat(encode(describeExport(file, null, options.trainingRun)));
  const run = runWeights(source, decodeSafetensors(bytes, options.out).tensors);
  const comparison = await compare(engine, model, { run, options });
  const metadata = describeExport(file, comparison, options.trainingRun);
  await writeFileAtomic(options.out, encode(metadata));
  return metadata;
}

/** Puts weights into a second model and runs that. */
function runWeights(
  { engine, model: original, options }: ExportSource,
  tensors: NamedTensors,
): RunExport {
  return async (images, batch) => {
    const { spec, normalization } = original;
    const { height, width } = spec.inputSize;
    const { model } = buildLayers(engine, spec);
    try {
      writeWeights(engine, namedWeights(model), { tensors, source: options.out });
      const output = await readResult(engine, () => {
        const shape = [batch, height, width, 3] as const;
        const input = imageBatch(engine, images, { shape, ...normalization });
        return model.predict(input) as Tensor;
      });
      return { output };
    } finally {
      model.dispose();
    }
  };
}

async function compare(
  engine: Engine,
  model: LoadedModel,
  { run, options }: { readonly run: RunExport; readonly options: ExportOptions },
): Promise<Comparison> {
  const { inputSize } = model.spec;
  const images = (await options.images?.(inputSize)) ?? seededImages(inputSize);
  return compareExport(engine, model, { run, images });
}

async function readModelWeights({ model }: LoadedModel): Promise<NamedTensors> {
  return readWeights(namedWeights(model));
}
