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
 */
export function nativeEnvironment(
  env: NodeJS.ProcessEnv,
  { threads, usesCuda }: { readonly threads: number; readonly usesCuda: boolean },
): Readonly<Record<string, string>> {
  const variables = {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    TF_CPP_MIN_LOG_LEVEL: env['TF_CPP_MIN_LOG_LEVEL'] ?? '2',
  };
  if (!usesCuda) return variables;
  const [device = ''] = (env['CUDA_VISIBLE_DEVICES'] ?? '0').split(',');
  return {
    ...variables,
    TF_FORCE_GPU_ALLOW_GROWTH: env['TF_FORCE_GPU_ALLOW_GROWTH'] ?? 'true',
    CUDA_VISIBLE_DEVICES: device.trim(),
  };
}
