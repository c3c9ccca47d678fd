import type { CodecConfig, Size } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { createCodec } from '@limber/keypoints';
import type { CodecChoice } from '../architectures/codec-choice.ts';
import type { ModelEntry } from '../architectures/models.ts';
import { heatmapStride, inputSideMultiple, modelNames, models } from '../architectures/models.ts';

/** What decides the shape of a model. */
export interface ModelSpec {
  /** Of the zoo, or the path of an architecture of the user's own. */
  readonly name: string;
  /** What the name stands for, if it is none of the zoo's. */
  readonly architecture?: ModelEntry;
  /** Of the images that the model takes; both sides multiples of 32. */
  readonly inputSize: Size;
  /** How many joints come out. */
  readonly jointCount: number;
  /** By default the model's own. */
  readonly codec?: CodecChoice;
}

/**
 * Checks the name and the numbers of a spec, and the options of its codec.
 *
 * @throws {LimberError} `invalid-argument`, naming the field.
 */
export function validateModelSpec(spec: ModelSpec): ModelSpec {
  const { height, width } = spec.inputSize;
  const fail = (field: string, expected: string, got: string): never => {
    const where = `model "${spec.name}": ${field}`;
    throw new LimberError('invalid-argument', { where, what: 'not usable', expected, got });
  };
  const { output } = architectureOf(spec);
  const isSide = (side: number): boolean => side > 0 && side % inputSideMultiple === 0;
  if (!isSide(height) || !isSide(width)) {
    const example = `height and width in multiples of ${inputSideMultiple}, such as 256x192`;
    fail('inputSize', example, `${height}x${width}`);
  }
  if (!Number.isInteger(spec.jointCount) || spec.jointCount < 1) {
    fail('jointCount', 'a whole number >= 1', `${spec.jointCount}`);
  }
  const codec = codecOf(spec);
  if (output === 'simcc' && codec.type !== 'simcc') {
    fail('codec', 'simcc, which its head is made for', `"${codec.type}"`);
  }
  createCodec(codec);
  return spec;
}

/**
 * What belongs to the architecture of a spec.
 *
 * @throws {LimberError} `invalid-argument` if there is none of the name.
 */
export function architectureOf({
  name,
  architecture,
}: Pick<ModelSpec, 'name' | 'architecture'>): ModelEntry {
  if (architecture !== undefined) return architecture;
  const known = modelNames.find((one) => one === name);
  if (known !== undefined) return models[known];
  throw new LimberError('invalid-argument', {
    where: `model "${name}": name`,
    what: 'not usable',
    expected: modelNames.join(', '),
    got: `"${name}"`,
  });
}

/** The Gaussian's radius for heatmaps of 64 rows (SimpleBaseline's 2), which grows with the heatmap (3 for 96 rows). */
const sigmaPerRow = 2 / 64;
/** Narrower Gaussians leave too few pixels to fit a sub-pixel peak to. */
const smallestSigmaPx = 1.5;

/** The codec that a model's output is made for. */
export function codecOf(spec: ModelSpec): CodecConfig {
  const { inputSize, codec = architectureOf(spec).codec } = spec;
  switch (codec.type) {
    case 'msra-heatmap':
    case 'udp-heatmap': {
      const heatmapSize: Size = {
        height: inputSize.height / heatmapStride,
        width: inputSize.width / heatmapStride,
      };
      const usual = Math.max(smallestSigmaPx, heatmapSize.height * sigmaPerRow);
      return { type: codec.type, inputSize, heatmapSize, sigmaPx: codec.sigmaPx ?? usual };
    }
    case 'simcc':
    case 'regression':
      return { ...codec, inputSize };
  }
}
