import type { Engine } from '../engine.ts';
import type { NativeBackend } from '../loading/native-backend.ts';

/** What one operation cost while it was profiled. */
export interface OperationProfile {
  /** TensorFlow's name, such as `Conv2DBackpropFilter`; on other engines the name of TensorFlow.js's kernel. */
  readonly name: string;
  readonly count: number;
  /** Wall time inside the operation, all calls together. */
  readonly milliseconds: number;
}

/**
 * Measures the time that each operation takes while something runs: TensorFlow's own on the native engine, the
 * kernels of TensorFlow.js on the others, with all that a kernel runs itself.
 *
 * On a processor an operation ends before its call returns, so this is its time; on a GPU, WebGPU too, it is
 * the time to start it.
 *
 * @param run - what to profile; nothing else may compute meanwhile.
 * @returns slowest first.
 */
export async function profileOperations(
  { native, tf }: Pick<Engine, 'native' | 'tf'>,
  run: () => void | Promise<void>,
): Promise<OperationProfile[]> {
  const profiles = new Map<string, { count: number; milliseconds: number }>();
  const timed =
    <Call extends readonly [name: string, ...rest: never[]], Result>(
      execute: (...call: Call) => Result,
    ) =>
    (...call: Call): Result => {
      const start = performance.now();
      const outputs = execute(...call);
      const milliseconds = performance.now() - start;
      const [name] = call;
      const before = profiles.get(name) ?? { count: 0, milliseconds: 0 };
      profiles.set(name, {
        count: before.count + 1,
        milliseconds: before.milliseconds + milliseconds,
      });
      return outputs;
    };
  if (native === null) await profileKernels(tf, timed, run);
  else await profileNative(native, timed, run);
  return [...profiles]
    .map(([name, profile]) => ({ name, ...profile }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

type Run = () => void | Promise<void>;

type Timed = <Call extends readonly [name: string, ...rest: never[]], Result>(
  execute: (...call: Call) => Result,
) => (...call: Call) => Result;

async function profileNative(native: NativeBackend, timed: Timed, run: Run): Promise<void> {
  const { binding } = native;
  const executeOp = timed((...call: Parameters<typeof binding.executeOp>) =>
    binding.executeOp(...call),
  );
  const { applyUpdates } = binding;
  native.binding = Object.create(binding, {
    executeOp: { value: executeOp },
    ...(applyUpdates && { applyUpdates: { value: timed(applyUpdates) } }),
  }) as NativeBackend['binding'];
  try {
    await run();
  } finally {
    native.binding = binding;
  }
}

/** tfjs's door to its kernels. */
interface KernelRunner {
  runKernel: (name: string, ...rest: never[]) => unknown;
}

async function profileKernels(tf: Engine['tf'], timed: Timed, run: Run): Promise<void> {
  const runner = tf.engine() as unknown as KernelRunner;
  const { runKernel } = runner;
  let depth = 0;
  const outermost = timed((...call: Parameters<typeof runKernel>) => runKernel.apply(runner, call));
  runner.runKernel = (...call) => {
    depth += 1;
    try {
      return depth === 1 ? outermost(...call) : runKernel.apply(runner, call);
    } finally {
      depth -= 1;
    }
  };
  try {
    await run();
  } finally {
    runner.runKernel = runKernel;
  }
}
