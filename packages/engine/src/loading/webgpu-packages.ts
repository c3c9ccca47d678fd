import { createRequire } from 'node:module';
import { LimberError } from '@limber/files';

/** The optional packages of the WebGPU engine, with the versions that were tried together. */
const packages = {
  '@tensorflow/tfjs-backend-webgpu': '4.22.0',
  webgpu: '0.6.2',
} as const;

/**
 * The files that the optional packages are loaded from.
 *
 * @param resolve - finds a package's file, or throws.
 * @returns of TensorFlow.js's backend, and of Dawn, Chromium's WebGPU.
 * @throws {LimberError} `not-provisioned` naming the one that is not installed.
 */
export function findWebgpuPackages(
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): { readonly backend: string; readonly dawn: string } {
  const find = (name: keyof typeof packages): string => {
    try {
      return resolve(name);
    } catch (cause) {
      const specs = Object.entries(packages).map((entry) => entry.join('@'));
      const problem = {
        where: 'WebGPU',
        what: `the package "${name}" is not installed`,
        fix: `Run \`npm install ${specs.join(' ')}\`, or let LIMBER_ENGINE be native or wasm.`,
      };
      throw new LimberError('not-provisioned', problem, { cause });
    }
  };
  return { backend: find('@tensorflow/tfjs-backend-webgpu'), dawn: find('webgpu') };
}
