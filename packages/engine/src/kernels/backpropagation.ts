import { LimberError } from '@limber/files';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';
import { reduceToShape } from './add-gradient.ts';
import type { KernelRegistry } from './kernel-registry.ts';

/** One recorded kernel of the forward pass. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
  readonly gradient?: (dys: readonly (Tensor | null)[]) => Readonly<Record<string, () => Tensor>>;
}

/** The parts of tfjs's engine that differentiation needs; private in its typings. */
interface DifferentiatingEngine {
  readonly state: { gradientDepth: number; activeTape: TapeNode[] | null };
  startTape(): void;
  endTape(): void;
  scopedRun<T>(start: () => void, end: () => void, run: () => T): T;
  tidy<T extends tfjs.TensorContainer>(name: string, run: () => T): T;
  gradients(
    ...call: [
      f: () => Tensor,
      xs: readonly Tensor[],
      dy?: Tensor | null,
      allowNoGradients?: boolean,
    ]
  ): { value: Tensor; grads: (Tensor | undefined)[] };
}

/**
 * Replaces tfjs's way back through the tape. Results are the same; what differs: a gradient and
 * whatever the forward pass kept is released as soon as it has been used, so that memory shrinks
 * during the way back instead of growing; and contributions to one gradient are summed at once.
 */
export function patchBackpropagation(registry: KernelRegistry): void {
  const engine = registry.tf.engine() as unknown as DifferentiatingEngine;
  engine.gradients = (...[f, xs, dy, allowNoGradients = false]) => {
    const { tf } = registry;
    const value = engine.scopedRun(
      () => engine.startTape(),
      () => engine.endTape(),
      () => engine.tidy('forward', f),
    );
    if (!(value instanceof tf.Tensor)) {
      const what = 'The function to differentiate must return a tensor';
      throw new LimberError('invalid-argument', { what });
    }
    const tape = engine.state.activeTape ?? [];
    const isOutermost = engine.state.gradientDepth === 0;
    const path = pathFromTo(tape, xs, value);
    if (path.size === 0 && !allowNoGradients) {
      throw new LimberError('invalid-argument', {
        what: 'The function to differentiate does not use the tensors it is differentiated by',
        fix: 'Make sure that all operations between them are inside it.',
      });
    }
    return engine.tidy('backward', () => {
      if (isOutermost) releaseSaved(tape.filter((node) => !path.has(node)));
      const sums = backpropagate(registry, path, { xs, value, dy: dy ?? null, isOutermost });
      if (isOutermost) engine.state.activeTape = null;
      return { value, grads: xs.map((x) => sums.get(x.id)) } as unknown as tfjs.TensorContainer;
    }) as unknown as { value: Tensor; grads: (Tensor | undefined)[] };
  };
}

/** Whether a forward pass is being recorded, so that what it leaves will be used on the way back. */
export function isRecording(tf: typeof tfjs): boolean {
  return (tf.engine() as unknown as DifferentiatingEngine).state.gradientDepth > 0;
}

/** The nodes through which `value` depends on `xs`, in the order of the tape, with their live inputs. */
function pathFromTo(
  tape: readonly TapeNode[],
  xs: readonly Tensor[],
  value: Tensor,
): Map<TapeNode, string[]> {
  const fromXs = new Set(xs.map((x) => x.id));
  const liveInputs = new Map<TapeNode, string[]>();
  for (const node of tape) {
    const live = Object.keys(node.inputs).filter((name) => {
      const input = node.inputs[name] as Tensor | null | undefined;
      return input !== null && input !== undefined && fromXs.has(input.id);
    });
    if (live.length === 0) continue;
    liveInputs.set(node, live);
    for (const output of node.outputs) fromXs.add(output.id);
  }
  const toValue = new Set([value.id]);
  const path: [TapeNode, string[]][] = [];
  for (const [node, live] of [...liveInputs].reverse()) {
    if (!node.outputs.some((output) => toValue.has(output.id))) continue;
    for (const name of live) toValue.add(node.inputs[name]!.id);
    path.push([node, live]);
  }
  return new Map(path.reverse());
}

function backpropagate(
  registry: KernelRegistry,
  path: ReadonlyMap<TapeNode, readonly string[]>,
  ends: {
    readonly xs: readonly Tensor[];
    readonly value: Tensor;
    readonly dy: Tensor | null;
    readonly isOutermost: boolean;
  },
): Map<number, Tensor> {
  const { tf } = registry;
  const kept = new Set(ends.xs.map((x) => x.id));
  const parts = new Map<number, Tensor[]>();
  parts.set(ends.value.id, [ends.dy === null ? tf.onesLike(ends.value) : ends.dy.clone()]);
  const sums = new Map<number, Tensor>();
  const sumOf = (id: number): Tensor | null => {
    const found = sums.get(id);
    if (found !== undefined) return found;
    const contributions = parts.get(id);
    if (contributions === undefined) return null;
    const sum = contributions.length === 1 ? contributions[0]! : tf.addN(contributions);
    if (ends.isOutermost && contributions.length > 1) tf.dispose(contributions);
    parts.delete(id);
    sums.set(id, sum);
    return sum;
  };
  for (const [node, inputNames] of [...path].reverse()) {
    if (node.gradient === undefined) {
      throw new LimberError('invalid-argument', {
        what: `${node.kernelName} cannot be differentiated`,
      });
    }
    const dys = node.outputs.map((output) => sumOf(output.id));
    const gradients = node.gradient(dys);
    for (const name of inputNames) {
      const gradient = gradients[name];
      if (gradient === undefined) {
        const what = `${node.kernelName} cannot be differentiated by its input "${name}"`;
        throw new LimberError('invalid-argument', { what });
      }
      const input = node.inputs[name]!;
      const dx = tf.tidy(() => {
        const full = gradient();
        if (!tf.util.arraysEqual(full.shape, input.shape)) {
          return reduceToShape(registry, full, input.shape);
        }
        // Each gradient is released on its own, so none may be the very tensor of another.
        return dys.includes(full) ? full.clone() : full;
      });
      parts.set(input.id, [...(parts.get(input.id) ?? []), dx]);
    }
    if (!ends.isOutermost) continue;
    releaseSaved([node]);
    for (const output of node.outputs) {
      if (kept.has(output.id)) continue;
      sums.get(output.id)?.dispose();
      sums.delete(output.id);
    }
  }
  for (const id of kept) sumOf(id);
  return sums;
}

function releaseSaved(nodes: readonly TapeNode[]): void {
  for (const node of nodes) for (const tensor of node.saved) tensor.dispose();
}
