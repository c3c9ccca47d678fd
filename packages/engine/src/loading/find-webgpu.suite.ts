import { existsSync } from 'node:fs';
import { nameAdapter, readWebgpuAdapter } from './webgpu-adapter.ts';

/** Where Debian's package `chromium-common` puts SwiftShader, which computes on the processor. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Whether tests of WebGPU can run: its optional packages are there, and a graphics processor or SwiftShader. Where they
 * are not, the tests are skipped with a line that says why.
 */
export const hasWebgpu: boolean = await findWebgpu();

async function findWebgpu(): Promise<boolean> {
  // the Vulkan loader reads it when it is first asked
  if (existsSync(swiftShader)) process.env['VK_DRIVER_FILES'] ??= swiftShader;
  try {
    const adapter = await readWebgpuAdapter();
    process.stderr.write(`Tests of WebGPU run on ${nameAdapter(adapter)}.\n`);
    return true;
  } catch (error) {
    process.stderr.write(
      `Tests of WebGPU are skipped. ${(error as Error).message} ` +
        'On Debian, `apt-get install chromium-common libvulkan1` brings a driver that computes on the processor.\n',
    );
    return false;
  }
}
