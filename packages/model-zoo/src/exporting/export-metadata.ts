import type { CodecConfig, Size, Skeleton } from '@limber/keypoints';
import type { Normalization } from '../architectures/normalization.ts';
import type { WeightsNotice } from '../pretrained/movenet-files.ts';
import type { ModelFile } from '../weights/model-file.ts';
import type { Comparison } from './compare-export.ts';

/** What every export says about itself. */
export interface ExportMetadata {
  readonly architecture: string;
  readonly inputSize: Size;
  readonly skeleton: Skeleton;
  readonly codec: CodecConfig;
  /** Already part of the exported graph; of the weights alone it is not. */
  readonly normalization: Normalization;
  /** SHA-256 of the weights in Limber's own folder. */
  readonly weightsSha256: string;
  /** Where the model was trained, if that was given. */
  readonly trainingRun?: string;
  /** Source and licence of the weights that training started from. */
  readonly basedOn?: WeightsNotice;
  /** How the export differs from the original; null if it could not be run here. */
  readonly comparison: Comparison | null;
}

/** Describes the export of a saved model. */
export function describeExport(
  file: ModelFile,
  comparison: Comparison | null,
  trainingRun?: string,
): ExportMetadata {
  const { spec, skeleton, codec, normalization, weights, basedOn } = file;
  return {
    architecture: spec.name,
    inputSize: spec.inputSize,
    skeleton,
    codec,
    normalization,
    weightsSha256: weights.sha256,
    ...(trainingRun === undefined ? {} : { trainingRun }),
    ...(basedOn === undefined ? {} : { basedOn }),
    comparison,
  };
}

/** For formats whose metadata is text by text. */
export function toTexts(metadata: ExportMetadata): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
