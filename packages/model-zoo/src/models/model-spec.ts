import type { CodecConfig, SimccOptions, Size } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { createCodec } from '@limber/keypoints';
import type { ModelName } from '../architectures/models.ts';
import { heatmapStride, inputSideMultiple, modelNames } from '../architectures/models.ts';

/** What a model learns, without what follows from its input size. */
export type CodecChoice =
  | {
      readonly type: 'msra-heatmap' | 'udp-heatmap';
      /** Radius of the Gaussians in heatmap pixels; by default 2 for 64 rows, in proportion for others, and at least 1.5. */
      readonly sigmaPx?: number;
    }
  | ({ readonly type: 'simcc' } & Pick<SimccOptions, 'splitRatio' | 'smoothing'>)
  | { readonly type: 'regression' };

/** What decides the shape of a model. */
export interface ModelSpec {
  readonly name: ModelName;
  /** Of the images that the model takes; both sides multiples of 32. */
  readonly inputSize: Size;
  /** How many joints come out. */
  readonly jointCount: number;
  /** By default `msra-heatmap`. */
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
  if (!modelNames.includes(spec.name)) fail('name', modelNames.join(', '), `"${spec.name}"`);
  const isSide = (side: number): boolean => side > 0 && side % inputSideMultiple === 0;
  if (!isSide(height) || !isSide(width)) {
    const example = `height and width in multiples of ${inputSideMultiple}, such as 256x192`;
    fail('inputSize', example, `${height}x${width}`);
  }
  if (!Number.isInteger(spec.jointCount) || spec.jointCount < 1) {
    fail('jointCount', 'a whole number >= 1', `${spec.jointCount}`);
  }
  createCodec(codecOf(spec));
  return spec;
}

/** The Gaussian's radius for heatmaps of 64 rows (SimpleBaseline's 2), which grows with the heatmap (3 for 96 rows). */
const sigmaPerRow = 2 / 64;
/** Narrower Gaussians leave too few pixels to fit a sub-pixel peak to. */
const smallestSigmaPx = 1.5;

/** The codec that a model's output is made for. */
export function codecOf({ inputSize, codec = { type: 'msra-heatmap' } }: ModelSpec): CodecConfig {
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
