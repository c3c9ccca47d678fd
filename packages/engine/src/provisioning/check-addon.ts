import { LimberError } from '@limber/files';
import type { CommandOptions } from './run-command.ts';
import { runCommand } from './run-command.ts';

const checkTimeoutMs = 120_000;

/** Loads the addon, and runs one operation on it: 2 + 3. */
const probe = `
const addon = require(process.argv[1]);
const type = [{ name: 'T', type: addon.TF_ATTR_TYPE, value: addon.TF_FLOAT }];
const make = (value) => addon.createTensor([1], addon.TF_FLOAT, new Float32Array([value]));
const [sum] = addon.executeOp('AddV2', type, [make(2), make(3)], 1);
process.stdout.write(JSON.stringify({
  tensorflowVersion: addon.TF_Version,
  usesGpu: addon.isUsingGpuDevice(),
  sum: addon.tensorDataSync(sum.id)[0],
}));
`;

/**
 * Proves that an addon works, in a process of its own, so that a crash in native code stays there.
 *
 * @returns the version that the TensorFlow library reports, and whether it computes on a GPU.
 * @throws {LimberError} `command-failed` if it cannot be loaded or does not compute.
 */
export async function checkAddon(
  addonPath: string,
  signal?: AbortSignal,
): Promise<{ tensorflowVersion: string; usesGpu: boolean }> {
  const env = { TF_CPP_MIN_LOG_LEVEL: '2', TF_FORCE_GPU_ALLOW_GROWTH: 'true', ...process.env };
  const output = await runAddonProbe(addonPath, { env, signal });
  const { tensorflowVersion, usesGpu, sum } = JSON.parse(output) as Record<string, unknown>;
  if (sum !== 5 || typeof tensorflowVersion !== 'string') {
    throw new LimberError('command-failed', {
      where: addonPath,
      what: `loads, but 2 + 3 gave ${String(sum)}`,
    });
  }
  return { tensorflowVersion, usesGpu: usesGpu === true };
}

/** Runs the probe on an addon, in a process of its own. @returns what it found, as JSON. */
export function runAddonProbe(
  addonPath: string,
  options: Pick<CommandOptions, 'env' | 'onLine' | 'signal'>,
): Promise<string> {
  const args = ['-e', probe, addonPath];
  return runCommand(process.execPath, args, { ...options, timeoutMs: checkTimeoutMs });
}
