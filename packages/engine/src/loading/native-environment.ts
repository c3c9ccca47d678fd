import { LimberError } from '@limber/files';

/**
 * The variables that TensorFlow reads when its library is loaded and when it makes its devices. What
 * the user has set stays, but for the threads.
 *
 * - `TF_CPP_MIN_LOG_LEVEL`: errors are shown, warnings and notices are not.
 * - `TF_FORCE_GPU_ALLOW_GROWTH`: memory of the GPU is taken as it is needed, not all of it at once.
 * - `CUDA_VISIBLE_DEVICES`: one GPU, the first of those that are visible. TensorFlow would otherwise
 *   hold some hundred megabytes on every other one, and compute nothing there.
 *
 * @param env - of the process.
 * @param options.threads - within an operation.
 * @param options.usesCuda - whether the engine is one with CUDA.
 * @param options.localRank - which of the processes that train together on this machine this is: it takes the visible GPU
 * of that number, or the only one.
 * @throws {LimberError} `gpu-unavailable` if there are fewer.
 */
export function nativeEnvironment(
  env: NodeJS.ProcessEnv,
  {
    threads,
    usesCuda,
    localRank = 0,
  }: { readonly threads: number; readonly usesCuda: boolean; readonly localRank?: number },
): Readonly<Record<string, string>> {
  const variables = {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    TF_CPP_MIN_LOG_LEVEL: env['TF_CPP_MIN_LOG_LEVEL'] ?? '2',
  };
  if (!usesCuda) return variables;
  return {
    ...variables,
    TF_FORCE_GPU_ALLOW_GROWTH: env['TF_FORCE_GPU_ALLOW_GROWTH'] ?? 'true',
    CUDA_VISIBLE_DEVICES: deviceOf(env['CUDA_VISIBLE_DEVICES'], localRank),
  };
}

function deviceOf(visible: string | undefined, localRank: number): string {
  if (visible === undefined) return String(localRank);
  const devices = visible.split(',').map((device) => device.trim());
  const device = devices.length === 1 ? devices[0] : devices[localRank];
  if (device !== undefined) return device;
  throw new LimberError('gpu-unavailable', {
    where: 'CUDA_VISIBLE_DEVICES',
    what: 'more ranks on this machine than GPUs',
    expected: `at least ${localRank + 1} devices`,
    got: `"${visible}"`,
    fix: 'Start one rank for each GPU.',
  });
}
