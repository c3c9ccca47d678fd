import { LimberError } from '@limber/files';

/** Which optimizer, with its options; all have PyTorch's meaning. */
export type OptimizerConfig =
  | {
      readonly type: 'adam' | 'adamw';
      /** Decay of the running mean of gradients and of their squares, each in [0, 1). */
      readonly betas?: readonly [number, number];
      /** Added to the square root of the second moment, > 0. */
      readonly epsilon?: number;
      readonly weightDecay?: number;
      /** Whether a variable decays, by name; all do by default. */
      readonly decays?: (name: string) => boolean;
      /** Factor on the learning rate of a variable, by name; 1 by default. */
      readonly rateOf?: (name: string) => number;
    }
  | {
      readonly type: 'sgd';
      /** Decay of the running sum of gradients, in [0, 1). */
      readonly momentum?: number;
      readonly nesterov?: boolean;
      readonly weightDecay?: number;
      readonly decays?: (name: string) => boolean;
      readonly rateOf?: (name: string) => number;
    };

/** An optimizer's options with every default filled in. */
export interface ResolvedOptimizerConfig {
  readonly type: OptimizerConfig['type'];
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly decays: (name: string) => boolean;
  readonly rateOf: (name: string) => number;
}

/**
 * Fills in PyTorch's defaults and checks the ranges.
 *
 * @throws {LimberError} `invalid-argument` naming the option.
 */
export function resolveOptimizerConfig(config: OptimizerConfig): ResolvedOptimizerConfig {
  const isAdam = config.type !== 'sgd';
  const resolved: ResolvedOptimizerConfig = {
    type: config.type,
    betas: (isAdam ? config.betas : undefined) ?? [0.9, 0.999],
    epsilon: (isAdam ? config.epsilon : undefined) ?? 1e-8,
    momentum: (isAdam ? undefined : config.momentum) ?? 0,
    nesterov: (isAdam ? undefined : config.nesterov) ?? false,
    weightDecay: config.weightDecay ?? (config.type === 'adamw' ? 0.01 : 0),
    decays: config.decays ?? (() => true),
    rateOf: config.rateOf ?? (() => 1),
  };
  for (const [name, value] of [
    ['betas[0]', resolved.betas[0]],
    ['betas[1]', resolved.betas[1]],
    ['momentum', resolved.momentum],
  ] as const) {
    if (!(value >= 0 && value < 1)) throw outOfRange(name, 'a number in [0, 1)', value);
  }
  if (!(resolved.epsilon > 0)) throw outOfRange('epsilon', 'a number above 0', resolved.epsilon);
  if (!(resolved.weightDecay >= 0)) {
    throw outOfRange('weightDecay', 'a number of at least 0', resolved.weightDecay);
  }
  if (resolved.nesterov && resolved.momentum === 0) {
    throw outOfRange('momentum', 'a number above 0 with nesterov', resolved.momentum);
  }
  return resolved;
}

function outOfRange(name: string, expected: string, value: number): LimberError {
  const where = `Optimizer's ${name}`;
  return new LimberError('invalid-argument', { where, what: '', expected, got: `${value}` });
}
