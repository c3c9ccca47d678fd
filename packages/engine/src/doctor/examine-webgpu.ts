import { pathToFileURL } from 'node:url';
import type { GpuAdapter } from '../loading/webgpu-adapter.ts';
import { adapterOf, describeAdapter, nameAdapter } from '../loading/webgpu-adapter.ts';
import { findWebgpuPackages } from '../loading/webgpu-packages.ts';
import { runCommand } from '../provisioning/run-command.ts';

/** What WebGPU would compute on. */
export type WebgpuFacts =
  | { readonly state: 'ready'; readonly adapter: string }
  | { readonly state: 'unavailable'; readonly because: string };

const timeoutMs = 60_000;

/** Asks Dawn as `openGpu` does, and prints what the adapter tells of itself. */
const probe = `
const { create } = await import(process.argv[1]);
const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
const pick = (from, ...names) => Object.fromEntries(names.map((name) => [name, from[name]]));
process.stdout.write(JSON.stringify(adapter && {
  info: pick(adapter.info, 'vendor', 'architecture', 'description', 'isFallbackAdapter'),
  limits: pick(adapter.limits, 'maxBufferSize', 'maxStorageBufferBindingSize'),
}));
`;

/** Looks for an adapter in a process of its own, so that a driver that crashes stays there. */
export async function examineWebgpu(): Promise<WebgpuFacts> {
  try {
    const dawn = pathToFileURL(findWebgpuPackages().dawn).href;
    const args = ['--input-type=module', '-e', probe, dawn];
    const output = await runCommand(process.execPath, args, { timeoutMs });
    const adapter = adapterOf(JSON.parse(output) as GpuAdapter | null);
    return { state: 'ready', adapter: nameAdapter(describeAdapter(adapter)) };
  } catch (error) {
    return {
      state: 'unavailable',
      because: error instanceof Error ? error.message : String(error),
    };
  }
}
