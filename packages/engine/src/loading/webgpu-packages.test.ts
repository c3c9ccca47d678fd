import { expect, test } from 'vitest';
import { findWebgpuPackages } from './webgpu-packages.ts';

test.each(['webgpu', '@tensorflow/tfjs-backend-webgpu'])(
  'without %s, the error names it and what to install',
  (missing) => {
    const resolve = (name: string): string => {
      if (name === missing) throw new Error(`Cannot find module '${name}'`);
      return `/node_modules/${name}/index.js`;
    };
    expect(() => findWebgpuPackages(resolve)).toThrow(
      `WebGPU: the package "${missing}" is not installed. Run \`npm install ` +
        '@tensorflow/tfjs-backend-webgpu@4.22.0 webgpu@0.6.2`, or let LIMBER_ENGINE be native or wasm.',
    );
  },
);
