import { LimberError } from '@limber/files';
import type { Engine } from '../engine.ts';
import type { NativeBackend } from '../loading/native-backend.ts';

/** What one of TensorFlow's operations cost while it was profiled. */
export interface OperationProfile {
  /** TensorFlow's name, such as `Conv2DBackpropFilter`. */
  readonly name: string;
  readonly count: number;
  /** Wall time inside TensorFlow, all calls together. */
  readonly milliseconds: number;
}

/**
 * Measures the time that each of TensorFlow's operations takes while something runs.
 *
 * On a processor an operation ends before its call returns, so this is its time; on a GPU it is the
 * time to start it.
 *
 * @param run - what to profile; it must not be asynchronous.
 * @returns slowest first.
 * @throws {LimberError} `invalid-argument` on the JavaScript backend, which runs no such operations.
 */
export function profileOperations({ native }: Engine, run: () => void): OperationProfile[] {
  if (native === null) {
    throw new LimberError('invalid-argument', {
      where: 'Profile of operations',
      what: '',
      expected: 'the native engine',
      got: 'the JavaScript backend',
    });
  }
  const profiles = new Map<string, { count: number; milliseconds: number }>();
  const { binding } = native;
  const timed: NativeBackend['binding'] = Object.create(binding, {
    executeOp: {
      value: (...call: Parameters<NativeBackend['binding']['executeOp']>) => {
        const start = performance.now();
        const outputs = binding.executeOp(...call);
        const milliseconds = performance.now() - start;
        const [name] = call;
        const before = profiles.get(name) ?? { count: 0, milliseconds: 0 };
        profiles.set(name, {
          count: before.count + 1,
          milliseconds: before.milliseconds + milliseconds,
        });
        return outputs;
      },
    },
  }) as NativeBackend['binding'];
  native.binding = timed;
  try {
    run();
  } finally {
    native.binding = binding;
  }
  return [...profiles]
    .map(([name, profile]) => ({ name, ...profile }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
