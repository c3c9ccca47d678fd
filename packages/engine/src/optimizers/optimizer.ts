import { LimberError } from '@limber/files';
import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import type { NamedTensors } from '../weights/tensor-data.ts';
import type { OptimizerConfig, ResolvedOptimizerConfig } from './optimizer-config.ts';
import { resolveOptimizerConfig } from './optimizer-config.ts';
import { createArrayUpdates } from './array-updates.ts';
import { createComposedUpdates } from './composed-updates.ts';
import { createNativeUpdates } from './native-updates.ts';
import type { SlotValues } from './optimizer-state.ts';
import { slotsOfType, toSlotValues, toState } from './optimizer-state.ts';
import type { Updates } from './updates.ts';

/** Updates variables from their gradients, and keeps what it needs for that by variable name. */
export interface Optimizer {
  /** Updates applied so far. */
  readonly step: number;
  /**
   * Applies one update.
   *
   * @param gradients - by variable name, of the variable's shape; not disposed. A variable without
   * one is left alone.
   * @param learningRate - of this update, ≥ 0.
   * @throws {LimberError} `invalid-argument` for a gradient of an unknown variable, `shape-mismatch`.
   */
  applyGradients(gradients: Readonly<Record<string, Tensor>>, learningRate: number): void;
  /** Everything an exact continuation needs: `step`, and `<variable>/<slot>` for each slot. */
  getState(): Promise<NamedTensors>;
  /** @throws {LimberError} `invalid-argument` or `shape-mismatch`, naming the entry. */
  setState(state: NamedTensors): void;
  /** Frees the slots; the variables stay. */
  dispose(): void;
}

/**
 * Creates an optimizer for variables: by TensorFlow's own update operations on the native backend,
 * by operations of TensorFlow.js on WebGPU, in TypeScript on the others.
 *
 * Meaning and defaults are PyTorch's: `adamw` shrinks the weights (decoupled decay), `adam` and `sgd`
 * add `weightDecay * weight` to the gradient.
 *
 * @throws {LimberError} `invalid-argument` if two variables share a name or an option is out of range.
 */
export function createOptimizer(
  engine: Engine,
  variables: readonly Variable[],
  config: OptimizerConfig,
): Optimizer {
  const resolved = resolveOptimizerConfig(config);
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  if (byName.size !== variables.length) {
    throw new LimberError('invalid-argument', {
      what: 'Two variables of the optimizer share a name',
    });
  }
  const groups = groupByRate(byName, resolved);
  const updates = createUpdates(engine, variables, resolved);
  let step = 0;
  return {
    get step() {
      return step;
    },
    applyGradients(gradients, learningRate) {
      for (const [name, gradient] of Object.entries(gradients)) {
        checkGradient(byName.get(name), name, gradient);
      }
      step += 1;
      engine.tf.tidy(() => {
        for (const [factor, members] of groups) {
          const update = updates.begin({ step, learningRate: learningRate * factor });
          for (const [name, variable] of members) {
            const gradient = gradients[name];
            if (gradient === undefined) continue;
            update.add(variable, gradient, resolved.decays(name) ? resolved.weightDecay : 0);
          }
          update.end();
        }
      });
    },
    async getState() {
      const slots: Record<string, SlotValues> = {};
      for (const [name, variable] of byName) slots[name] = await updates.readSlots(variable);
      return toState(step, variables, slots);
    },
    setState(state) {
      const { step: savedStep, slots } = toSlotValues(state, variables, slotsOfType[resolved.type]);
      for (const [name, variable] of byName) updates.writeSlots(variable, slots[name]!);
      step = savedStep;
    },
    dispose: () => updates.dispose(),
  };
}

/** The variables that learn at one rate, by its factor. */
function groupByRate(
  variables: ReadonlyMap<string, Variable>,
  { rateOf }: ResolvedOptimizerConfig,
): Map<number, [name: string, variable: Variable][]> {
  const groups = new Map<number, [string, Variable][]>();
  for (const [name, variable] of variables) {
    const factor = rateOf(name);
    if (!(factor >= 0 && factor < Infinity)) {
      throw new LimberError('invalid-argument', {
        where: `Optimizer's rateOf("${name}")`,
        what: '',
        expected: 'a number of at least 0',
        got: `${factor}`,
      });
    }
    groups.set(factor, [...(groups.get(factor) ?? []), [name, variable]]);
  }
  return groups;
}

function createUpdates(
  engine: Engine,
  variables: readonly Variable[],
  config: ResolvedOptimizerConfig,
): Updates {
  if (engine.native !== null) return createNativeUpdates(engine, variables, config);
  if (engine.webgpu !== null) return createComposedUpdates(engine, variables, config);
  return createArrayUpdates(engine, variables, config);
}

function checkGradient(variable: Variable | undefined, name: string, gradient: Tensor): void {
  if (variable === undefined) {
    throw new LimberError('invalid-argument', {
      where: `Gradient "${name}"`,
      what: '',
      expected: "the name of one of the optimizer's variables",
    });
  }
  if (gradient.shape.join() !== variable.shape.join()) {
    throw new LimberError('shape-mismatch', {
      where: `Gradient "${name}"`,
      what: '',
      expected: `shape [${variable.shape.join(', ')}]`,
      got: `[${gradient.shape.join(', ')}]`,
    });
  }
}
