import type { Engine, NamedWeight, TensorData } from '@limber/engine';
import { namedWeights, readTensor, writeWeights } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { PoseModel } from '../models/pose-model.ts';
import type { ForeignTensor, ForeignWeights } from './foreign-weights.ts';
import { readForeignWeights } from './read-foreign-weights.ts';
import { fitPositions } from './fit-positions.ts';
import type { TorchPlace } from './torch-layout.ts';
import { torchPlaceOf } from './torch-layout.ts';
import type { WeightMap, WeightMapName } from './weight-maps.ts';
import { detectWeightMap, weightMaps } from './weight-maps.ts';

/** Where weights come from. */
export interface ImportOptions {
  /** A `.pth` or `.pt` file of `torch.save`, or a `.safetensors` file. */
  readonly file: string;
  /** The naming scheme of the file; detected from the names by default. */
  readonly map?: WeightMapName;
}

/** What became of a file's weights. */
export interface ImportReport {
  readonly map: WeightMapName;
  /** Weights of the model that were read, such as `backbone.conv1/kernel`. */
  readonly imported: readonly string[];
  /** Weights of the model that keep their values: a head that the file does not have, or has for other joints. */
  readonly fresh: readonly string[];
  /** Tensors of the file that the model has no use for: a classifier, the counters of batch norms. */
  readonly dropped: readonly string[];
}

/** The layer whose filters are the joints; it starts fresh where the file has it for another number of them. */
const jointLayer = 'head.final_layer';

/**
 * Puts the weights of a PyTorch model into one of the zoo: MMPose's models of the same names and ViTPose's own into the whole of
 * it; torchvision's ResNets, MMPretrain's backbones and timm's vision transformers into its backbone.
 *
 * Axes are turned to TensorFlow's, any number becomes float32, and nothing of the file is executed. A head for another
 * number of joints starts fresh. Any other difference is listed completely, and then no weight is changed.
 *
 * @throws {LimberError} `missing-file`; `corrupt-data` if the file is damaged, asks for more than tensors, or does not
 * belong to the model; `invalid-argument` if its names are unknown.
 */
export async function importWeights(
  engine: Engine,
  model: PoseModel,
  { file, map: mapName }: ImportOptions,
): Promise<ImportReport> {
  const foreign = await readForeignWeights(file);
  try {
    const map = mapName ?? detectWeightMap(foreign.tensors.keys()) ?? failToDetect(foreign);
    const weights = namedWeights(model.model);
    const plan = planImport(weights, foreign, map);
    if (plan.problems.length > 0) failToFit(model, foreign, plan.problems);
    const tensors: Record<string, TensorData> = {};
    for (const weight of weights) {
      tensors[weight.name] = await valueOf(weight, plan.sources.get(weight.name));
    }
    writeWeights(engine, weights, { tensors, source: file });
    const names = weights.map(({ name }) => name);
    return {
      map,
      imported: names.filter((name) => plan.sources.has(name)),
      fresh: names.filter((name) => !plan.sources.has(name)),
      dropped: plan.dropped,
    };
  } finally {
    foreign.close();
  }
}

interface ImportPlan {
  /** Where each weight that is read comes from. */
  readonly sources: ReadonlyMap<string, ForeignTensor>;
  readonly dropped: readonly string[];
  /** One line each. */
  readonly problems: readonly string[];
}

function planImport(
  weights: readonly NamedWeight[],
  foreign: ForeignWeights,
  mapName: WeightMapName,
): ImportPlan {
  const map = weightMaps[mapName];
  const found = new Map<string, { readonly name: string; readonly tensor: ForeignTensor }>();
  const dropped: string[] = [];
  for (const [name, tensor] of foreign.tensors) {
    const renamed = map.rename(name);
    if (renamed === undefined) dropped.push(name);
    else found.set(renamed, { name, tensor });
  }
  const sources = new Map<string, ForeignTensor>();
  const problems: string[] = [];
  for (const { name, variable } of weights) {
    const layer = name.slice(0, name.lastIndexOf('/'));
    const place = torchPlaceOf(name, variable.shape);
    const given = found.get(place.name);
    found.delete(place.name);
    const source = given && { ...given, tensor: fit(given.tensor, variable.shape, { place, map }) };
    const wanted = `[${place.shape.join(', ')}]`;
    if (source === undefined) {
      if (!map.startsFresh(layer)) problems.push(`${place.name} ${wanted} is missing`);
      continue;
    }
    const got = `[${source.tensor.shape.join(', ')}]`;
    if (got === wanted) sources.set(name, source.tensor);
    else if (isForOtherJoints(layer, source.tensor.shape, place.shape)) dropped.push(source.name);
    else problems.push(`${source.name} is ${got}, wanted ${wanted}`);
  }
  for (const { name, tensor } of found.values()) {
    problems.push(`${name} [${tensor.shape.join(', ')}] belongs to no layer`);
  }
  return { sources, dropped, problems };
}

/** A tensor in the form that the zoo has it: a linear layer is a 1x1 convolution here, positions are those of the input size. */
function fit(
  tensor: ForeignTensor,
  ours: readonly number[],
  { place, map }: { readonly place: TorchPlace; readonly map: WeightMap },
): ForeignTensor {
  const isLinear = `${tensor.shape.join()},1,1` === place.shape.join();
  if (isLinear) return { ...tensor, shape: place.shape };
  if (!place.name.endsWith('.pos_embed')) return tensor;
  const [, height, width, channels] = ours as [number, number, number, number];
  return fitPositions(tensor, { height, width, channels }, map.classToken) ?? tensor;
}

/** Both shapes begin with the number of joints. */
function isForOtherJoints(
  layer: string,
  got: readonly number[],
  wanted: readonly number[],
): boolean {
  return layer === jointLayer && got.slice(1).join() === wanted.slice(1).join();
}

async function valueOf(
  { name, variable }: NamedWeight,
  source: ForeignTensor | undefined,
): Promise<TensorData> {
  if (source === undefined) return readTensor(variable);
  const { toOurs } = torchPlaceOf(name, variable.shape);
  return { dtype: 'F32', shape: variable.shape, data: toOurs(await source.read()) };
}

function failToDetect({ file, tensors }: ForeignWeights): never {
  const [first = 'none'] = tensors.keys();
  throw new LimberError('invalid-argument', {
    where: file,
    what: 'names that no map knows',
    expected:
      'names of torchvision ("conv1.weight"), MMPose or MMPretrain ("backbone.conv1.weight", "backbone.stem.0.conv.weight"), ' +
      'ViTPose ("backbone.blocks.0.…") or timm ("blocks.0.…")',
    got: `${tensors.size} tensors, the first "${first}"`,
  });
}

function failToFit(
  { spec }: PoseModel,
  { file }: ForeignWeights,
  problems: readonly string[],
): never {
  throw new LimberError('corrupt-data', {
    where: file,
    what: `not the weights of ${spec.name}, ${problems.length} differences`,
    got: problems.map((problem) => `\n  ${problem}`).join(''),
    fix: 'No weight was changed. Choose the model that the file was made for.',
  });
}
