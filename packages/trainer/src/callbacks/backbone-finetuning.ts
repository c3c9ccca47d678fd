import type { NamedWeight, Optimizer, Variable } from '@limber/engine';
import { readOptimizer, writeOptimizer } from '../checkpoints/optimizer-arrays.ts';
import type { Callback } from '../hooks/callback.ts';
import type { Gradients } from '../hooks/hooks.ts';
import type { TrainedModule } from '../hooks/trained-module.ts';
import type { BackboneRateRules } from './backbone-rate.ts';
import { backboneRate } from './backbone-rate.ts';

/** How a pretrained backbone is brought in. Names and defaults are Lightning's. */
export interface BackboneFinetuningOptions extends Partial<BackboneRateRules> {
  /** Which weights are the backbone, by name. Leave its norms out to train them from the start. */
  readonly isBackbone: (name: string) => boolean;
  /** Of the backbone alone: it starts without a past when the backbone joins in, as a parameter group of PyTorch does. */
  readonly createOptimizer: (variables: readonly Variable[]) => Optimizer;
}

/**
 * Leaves the backbone as it is for some epochs; then it learns too, at first slower than the rest.
 *
 * @see Lightning's `BackboneFinetuning`.
 */
export function createBackboneFinetuning({
  isBackbone,
  createOptimizer,
  unfreezeBackboneAtEpoch = 10,
  lambdaFunc = () => 2,
  backboneInitialRatioLr = 0.1,
  backboneInitialLr = null,
  shouldAlign = true,
}: BackboneFinetuningOptions): Callback {
  const rules: BackboneRateRules = {
    unfreezeBackboneAtEpoch,
    lambdaFunc,
    backboneInitialRatioLr,
    backboneInitialLr,
    shouldAlign,
  };
  let backbone: readonly NamedWeight[] = [];
  let optimizer: Optimizer | null = null;
  const start = ({ weights }: TrainedModule): Optimizer => {
    backbone = weights.filter(({ name, isTrainable }) => isTrainable && isBackbone(name));
    return createOptimizer(backbone.map(({ variable }) => variable));
  };

  return {
    stateKey: 'BackboneFinetuning',
    onTrainStart: ({ module }) => {
      optimizer ??= start(module);
    },
    isFrozen: ({ name }, epoch) => epoch < unfreezeBackboneAtEpoch && isBackbone(name),
    transformGradients: (gradients, at) => {
      const names = new Set(backbone.map(({ variable }) => variable.name));
      const ofBackbone: Record<string, Gradients[string]> = {};
      const ofRest: Record<string, Gradients[string]> = {};
      for (const [name, gradient] of Object.entries(gradients)) {
        (names.has(name) ? ofBackbone : ofRest)[name] = gradient;
      }
      const rate = backboneRate(at, rules);
      if (rate > 0) optimizer?.applyGradients(ofBackbone, rate);
      return ofRest;
    },
    teardown: () => {
      optimizer?.dispose();
      optimizer = null;
    },
    stateDict: async () =>
      optimizer === null ? {} : { arrays: await readOptimizer(optimizer, backbone) },
    loadStateDict: ({ arrays }, { module }) => {
      optimizer = start(module);
      if (arrays !== undefined) writeOptimizer(optimizer, backbone, arrays);
    },
  };
}
