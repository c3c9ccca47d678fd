import type {
  AreaRange,
  Convention,
  EvaluateKeypointsOptions,
  NmsMode,
  PersonArea,
  PckNormalizer,
  ScoreMode,
} from '@limber/evaluator';
import { areaRanges } from '@limber/evaluator/core';
import type { Size } from '@limber/keypoints';
import type { JsonOption } from '../../options/shared-options.ts';

/** The options of `limber evaluate`. */
export interface EvaluationOptions extends JsonOption {
  readonly annotations: string;
  readonly results: string;
  readonly detected?: string;
  readonly compare?: string;
  readonly compat?: Convention;
  readonly scoreMode?: ScoreMode;
  readonly nms?: NmsMode;
  readonly inputSize?: Size;
  readonly area: PersonArea;
  readonly areaRange?: readonly AreaRange[];
  readonly maxDetections?: number;
  readonly sigmas?: readonly number[];
  readonly skeleton?: string;
  readonly lenient?: true;
  readonly bootstrap?: number;
  readonly seed: number;
  readonly errors?: true;
  readonly pck?: number;
  readonly pckBy: PckNormalizer;
  readonly pckEnds?: readonly [string, string];
  readonly perImage: boolean;
  readonly html?: string;
  readonly images?: string;
}

/** The options as the evaluator takes them. */
export function toEvaluateOptions(
  options: EvaluationOptions,
  sigmas: readonly number[],
): EvaluateKeypointsOptions {
  const { compat, maxDetections, scoreMode, nms, inputSize, areaRange = [] } = options;
  return {
    sigmas,
    ...(compat === undefined ? {} : { convention: compat }),
    personArea: options.area,
    lenient: options.lenient === true,
    areaRanges: [...areaRanges, ...areaRange],
    mmpose: {
      ...(scoreMode === undefined ? {} : { scoreMode }),
      ...(nms === undefined ? {} : { nmsMode: nms }),
      ...(inputSize === undefined ? {} : { inputAspect: inputSize.width / inputSize.height }),
    },
    ...(maxDetections === undefined ? {} : { maxDetections }),
  };
}
