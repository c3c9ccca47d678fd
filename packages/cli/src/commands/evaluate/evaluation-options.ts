import type {
  AreaRange,
  Convention,
  EvaluateKeypointsOptions,
  NmsMode,
  PckNormalizer,
  ScoreMode,
} from '@limber/evaluator';
import { areaRanges } from '@limber/evaluator/core';
import type { JsonOption } from '../../options/shared-options.ts';

/** The options of `limber evaluate`. */
export interface EvaluationOptions extends JsonOption {
  readonly annotations: string;
  readonly results: string;
  readonly detected?: string;
  readonly compare?: string;
  readonly compat: Convention;
  readonly scoreMode?: ScoreMode;
  readonly nms?: NmsMode;
  readonly area: 'annotation' | 'box';
  readonly areaRange?: readonly AreaRange[];
  readonly maxDetections?: number;
  readonly sigmas?: readonly number[];
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
  categoryIds: readonly number[],
): EvaluateKeypointsOptions {
  const { sigmas, maxDetections, scoreMode, nms, areaRange = [] } = options;
  return {
    categoryIds,
    convention: options.compat,
    personArea: options.area,
    lenient: options.lenient === true,
    areaRanges: [...areaRanges, ...areaRange],
    mmpose: {
      ...(scoreMode === undefined ? {} : { scoreMode }),
      ...(nms === undefined ? {} : { nmsMode: nms }),
    },
    ...(maxDetections === undefined ? {} : { maxDetections }),
    ...(sigmas === undefined ? {} : { sigmas }),
  };
}
