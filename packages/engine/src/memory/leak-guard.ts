import { LimberError } from '@limber/files';
import type { Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';

/** Notices tensors that outlive the work that made them. */
export interface LeakGuard {
  /**
   * Remembers the tensors there are.
   *
   * @returns a check for later: it throws `tensor-leak` if there are more tensors then, naming each of
   * them and the line that made it. A tensor that took the place of another is no leak. `where` is
   * named in the message, such as a hook or a layer.
   */
  mark(): (where: string) => void;
  /** Stops watching. */
  dispose(): void;
}

/** tfjs's bookkeeping of live tensors; private in its typings. */
interface TrackingEngine {
  trackTensor: (this: TrackingEngine, tensor: Tensor, backend: unknown) => void;
  disposeTensor: (this: TrackingEngine, tensor: Tensor) => void;
}

/** So many leaked tensors are named. */
const namedTensors = 5;

/** Stack frames of the libraries between a line of a model or a loop and the tensor it makes. */
const libraryFrame = /node_modules|node:internal|leak-guard\.[jt]s/;

/**
 * Creates a guard. It watches every tensor from now on and remembers the line that made it, which makes
 * everything slower: for tests, and to search with.
 */
export function createLeakGuard({ tf }: Pick<Engine, 'tf'>): LeakGuard {
  const tracking = tf.engine() as unknown as TrackingEngine;
  const alive = new Map<Tensor, string>();
  const { trackTensor, disposeTensor } = tracking;
  tracking.trackTensor = (tensor, backend) => {
    trackTensor.call(tracking, tensor, backend);
    alive.set(tensor, lineOf(new Error('made here').stack!));
  };
  tracking.disposeTensor = (tensor) => {
    disposeTensor.call(tracking, tensor);
    alive.delete(tensor);
  };
  return {
    mark() {
      const seen = new Set(alive.keys());
      return (where) => {
        const left = [...alive].filter(([tensor]) => !seen.has(tensor));
        const replaced = [...seen].filter((tensor) => !alive.has(tensor)).length;
        if (left.length > replaced) throw leakError(where, left);
      };
    },
    dispose() {
      Object.assign(tracking, { trackTensor, disposeTensor });
    },
  };
}

function leakError(where: string, left: readonly (readonly [Tensor, string])[]): LimberError {
  const named = left
    .slice(0, namedTensors)
    .map(([{ shape, dtype }, line]) => `[${shape.join(', ')}] ${dtype}, made ${line}`);
  const more = left.length > named.length ? [`and ${left.length - named.length} more`] : [];
  const count = left.length === 1 ? '1 tensor outlives' : `${left.length} tensors outlive`;
  return new LimberError('tensor-leak', {
    where,
    what: `${count} it: ${[...named, ...more].join('; ')}`,
    fix: 'Dispose what is not returned, or make it inside tf.tidy.',
  });
}

/** The first line outside of libraries, such as `at step (src/train.ts:12:9)`. */
function lineOf(stack: string): string {
  const frames = stack.split('\n').slice(1);
  const own = frames.find((frame) => !libraryFrame.test(frame));
  return (own ?? frames.at(-1) ?? 'somewhere').trim();
}
