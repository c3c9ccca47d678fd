import type { WebgpuAdapter } from './webgpu-adapter.ts';
import { nameAdapter } from './webgpu-adapter.ts';

/** The line for a person whose training runs on WebGPU. */
export function webgpuNotice(adapter: WebgpuAdapter): string {
  return (
    `Engine: WebGPU on ${nameAdapter(adapter)}, not native TensorFlow, because it was asked for. ` +
    'How much slower or faster it is has not been measured; `limber bench step --backend webgpu` measures it.'
  );
}
