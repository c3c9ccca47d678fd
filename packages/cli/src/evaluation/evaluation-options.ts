import { LimberError } from '@limber/files';
import type {
  AreaRange,
  Convention,
  EvaluateKeypointsOptions,
  NmsMode,
  PckNormalizer,
  ScoreMode,
} from '@limber/evaluator';
import { areaRanges } from '@limber/evaluator/core';

/** The words of `limber evaluate`. */
export interface EvaluationOptions {
  readonly annotations: string;
  readonly results: string;
  readonly detected?: string;
  readonly compare?: string;
  readonly compat: Convention;
  readonly scoreMode?: ScoreMode;
  readonly nms?: NmsMode;
  readonly area: 'annotation' | 'box';
  readonly areaRange?: readonly string[];
  readonly maxDetections?: number;
  readonly sigmas?: string;
  readonly lenient?: true;
  readonly bootstrap?: number;
  readonly seed: number;
  readonly errors?: true;
  readonly pck?: number;
  readonly pckBy: PckNormalizer;
  readonly pckEnds?: readonly [string, string];
  readonly perImage?: true;
  readonly html?: string;
  readonly images?: string;
  readonly json?: true;
}

/** @throws {LimberError} `invalid-argument` for sigmas or an area range that are none. */
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
    areaRanges: [...areaRanges, ...areaRange.map(parseAreaRange)],
    mmpose: {
      ...(scoreMode === undefined ? {} : { scoreMode }),
      ...(nms === undefined ? {} : { nmsMode: nms }),
    },
    ...(maxDetections === undefined ? {} : { maxDetections }),
    ...(sigmas === undefined ? {} : { sigmas: parseSigmas(sigmas) }),
  };
}

function parseAreaRange(text: string): AreaRange {
  const match = /^(?<name>[\w-]+)=(?<low>[\d.e+]+)\.\.(?<high>[\d.e+]+)$/.exec(text);
  if (match === null)
    throw notOption('--area-range', 'name=low..high, such as small=0..1024', text);
  const { name, low, high } = match.groups!;
  return { name: name!, low: Number(low), high: Number(high) };
}

function parseSigmas(text: string): number[] {
  const sigmas = text.split(',').map(Number);
  if (sigmas.some(Number.isNaN)) {
    throw notOption('--sigmas', 'numbers with commas between them, one for each joint', text);
  }
  return sigmas;
}

function notOption(where: string, expected: string, got: string): LimberError {
  return new LimberError('invalid-argument', { where, what: 'not understood', expected, got });
}
