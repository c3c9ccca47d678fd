import { LimberError } from '@limber/files';
import { runAddonProbe } from './check-addon.ts';

/** What a line of TensorFlow's log is about when it concerns the GPU. */
const aboutGpu = /gpu|cuda|cudnn|cublas|nvidia|driver|dynamic library|dso/i;

/**
 * The lines in which TensorFlow says why it has no GPU, without time and place.
 *
 * @param lines - of its log, at the most talkative level.
 */
export function gpuReasons(lines: readonly string[]): string[] {
  const reasons = lines.flatMap((line) => {
    const [, severity, place = '', said = ''] =
      /^([IWEF])\d{4} \S+ +\d+ (\S+?:\d+)\] (.*)$/.exec(line) ?? [];
    const isProblem = severity !== 'I' || /could not load/i.test(said);
    return severity !== undefined && isProblem && aboutGpu.test(`${place} ${said}`) ? [said] : [];
  });
  return [...new Set(reasons)];
}

/**
 * The error of a process that was to compute on a GPU, and in which TensorFlow made no device of it.
 * TensorFlow is asked for its reasons in a process of its own.
 *
 * @param gpus - by name.
 */
export async function noGpuDevice(
  addonPath: string,
  gpus: readonly string[],
): Promise<LimberError> {
  const reasons = await askGpuReasons(addonPath);
  const said = reasons.length === 0 ? ['nothing'] : reasons;
  return new LimberError('gpu-unavailable', {
    what: `TensorFlow does not use the GPU (${gpus.join(', ')})`,
    fix: `It says:${said.map((line) => `\n  | ${line}`).join('')}\nRun \`limber doctor\` to see what of the driver is missing. To compute on the processor instead, set CUDA_VISIBLE_DEVICES=-1.`,
  });
}

/** TensorFlow's own reasons for having no GPU; takes seconds. */
export async function askGpuReasons(addonPath: string): Promise<string[]> {
  return gpuReasons(await readGpuLog(addonPath));
}

/** What TensorFlow logs, at its most talkative, while it makes its devices in a process of its own. */
export async function readGpuLog(addonPath: string): Promise<string[]> {
  const lines: string[] = [];
  await runAddonProbe(addonPath, {
    env: {
      ...process.env,
      TF_CPP_MIN_LOG_LEVEL: '0',
      TF_CPP_VMODULE: 'dso_loader=1',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    },
    onLine: (line) => lines.push(line),
  });
  return lines;
}
